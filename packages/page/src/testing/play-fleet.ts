import type { TickReport } from '@woodpeckers/autoscaler-core'
import { Observer } from '@woodpeckers/autoscaler-observer'
import { simulateTrace } from '@woodpeckers/autoscaler-traces'
import { type FixturePool, traceOf, tracePoolOf } from './fixture-pool.ts'

/** A fleet that the real engine has led, and what the real observer has seen of it. */
export interface PlayedFleet {
  readonly observer: Observer
  /** Of the last tick. */
  readonly report: TickReport
}

export interface FleetOptions {
  readonly pools: readonly FixturePool[]
  readonly hours: number
  /** Of the last tick, about. */
  readonly now: number
  readonly seed: number
  /** It may stop so much earlier, once a task waits for a machine that boots. Without it: at its time. */
  readonly earlierMs?: number
}

const HOUR_MS = 3_600_000
const INTERVAL_MS = 10_000

/** Plays some hours in virtual time, up to now. */
export async function playFleet({
  pools,
  hours,
  now,
  seed,
  earlierMs = 0,
}: FleetOptions): Promise<PlayedFleet> {
  let at = now - hours * HOUR_MS
  const observer = new Observer({ clock: { now: () => at, monotonic: () => at, startTimer: () => () => {} } })
  const over = new AbortController()
  let last: TickReport | undefined
  await simulateTrace(
    traceOf(pools, hours, now, seed),
    { pools: pools.map(tracePoolOf), intervalMs: INTERVAL_MS, seed },
    {
      signal: over.signal,
      onTick: (report) => {
        if (over.signal.aborted) return
        at = report.snapshot.takenAt
        observer.onTick(report)
        last = report
        const isEnough = at >= now - earlierMs && somethingBoots(report)
        if (isEnough || at >= now - INTERVAL_MS) over.abort(new Error('it is now'))
      },
      onOutcome: (outcome) => {
        if (!over.signal.aborted) observer.onOutcome(outcome)
      },
    },
  ).catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  if (!last) throw new Error('the fleet had no tick')
  return { observer, report: last }
}

function somethingBoots({ plan }: TickReport): boolean {
  return [...plan.fates.values()].some(({ kind }) => kind === 'booting')
}
