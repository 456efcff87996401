import type { Job } from '../world/job.ts'
import type { LeanWorld } from '../world/lean-world.ts'
import type { BusiestHour, MachineLine } from './trace-result.ts'
import { waitingTimes } from './waiting-times.ts'

const HOUR_MS = 3_600_000

/** Of the jobs that were started. */
export function busiestHour(
  started: readonly Job[],
  { startAt, pools, clouds }: LeanWorld,
): BusiestHour | undefined {
  const byHour = Map.groupBy(started, ({ arrivedAt }) => Math.floor((arrivedAt - startAt) / HOUR_MS))
  let busiest: [number, readonly Job[]] | undefined
  for (const [hour, jobs] of byHour) if (!busiest || jobs.length > busiest[1].length) busiest = [hour, jobs]
  if (!busiest) return undefined
  const [hour, jobs] = busiest
  const fromMs = hour * HOUR_MS
  const lives = pools.flatMap((_, at) =>
    clouds[at]!.books.map(({ createdAt, endedAt }) => ({
      createdMs: createdAt - startAt,
      endedMs: endedAt === undefined ? undefined : endedAt - startAt,
    })),
  )
  return {
    fromMs,
    jobs: jobs.length,
    waiting: waitingTimes(jobs.map(waitedMs)),
    mostMachines: mostAtOnce(lives, fromMs, fromMs + HOUR_MS),
  }
}

/** Of some lives the most at any moment between two times. */
export function mostAtOnce(
  lives: readonly Pick<MachineLine, 'createdMs' | 'endedMs'>[],
  fromMs: number,
  toMs: number,
): number {
  const changes = lives.flatMap(({ createdMs, endedMs = Number.POSITIVE_INFINITY }): [number, number][] =>
    createdMs < toMs && endedMs > fromMs
      ? [
          [createdMs, 1],
          [endedMs, -1],
        ]
      : [],
  )
  changes.sort((one, other) => one[0] - other[0] || one[1] - other[1])
  let now = 0
  let most = 0
  for (const [atMs, change] of changes) {
    if (atMs >= toMs) break
    now += change
    most = Math.max(most, now)
  }
  return most
}

/** Since it could have been started. */
export function waitedMs({ startedAt, readyAt }: Job): number {
  return startedAt! - readyAt!
}
