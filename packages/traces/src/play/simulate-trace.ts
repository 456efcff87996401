import {
  type Autoscaler,
  createAutoscaler,
  type Outcome,
  silentLog,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import type { Trace } from '../format/trace.ts'
import { ciServerOf } from '../world/lean-ci-server.ts'
import { LeanWorld } from '../world/lean-world.ts'
import { settle } from '../world/settle.ts'
import { streamOf } from '../world/stream-of.ts'
import { Sampler } from './sampler.ts'
import { summarize } from './summary.ts'
import type { TraceResult } from './trace-result.ts'
import { type TraceSettings, usualCaution } from './trace-settings.ts'

const HOUR_MS = 3_600_000
/** When nothing runs, starts or ends for so long, and nothing is to come, what waits will wait for ever. */
const STUCK_AFTER_MS = 6 * HOUR_MS
/** After its last tick the engine gets so long to see its last actions through. */
const LAST_ACTIONS_MS = 60_000

export interface SimulateOptions {
  /** Called now and then with how much of the trace has passed: 0 to 1. */
  readonly onProgress?: (share: number) => void
  /** Told of each tick of the engine, as it would be outside. */
  readonly onTick?: (report: TickReport) => void
  /** Told what came of each action. */
  readonly onOutcome?: (outcome: Outcome) => void
  /** Aborted: it is given up, and rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

const TICKS_BETWEEN_PROGRESS = 500

/**
 * Plays a trace with the real engine in virtual time, from its first moment until every job is done and the
 * machines have gone to their minimum. The same trace, settings and seed give the same result.
 *
 * @throws Error when the engine ends a machine whose agent works
 */
export async function simulateTrace(
  trace: Trace,
  settings: TraceSettings,
  { onProgress, onTick, onOutcome = () => {}, signal }: SimulateOptions = {},
): Promise<TraceResult> {
  const world = new LeanWorld(trace, settings)
  const sampler = new Sampler(trace.startAt, trace.spanMs)
  let ticks = 0
  const autoscaler = engineIn(
    world,
    settings,
    (report) => {
      ticks++
      sampler.add(report)
      onTick?.(report)
      if (ticks % TICKS_BETWEEN_PROGRESS === 0 && onProgress)
        onProgress(Math.min(1, (world.clock.now() - trace.startAt) / Math.max(1, trace.spanMs)))
    },
    onOutcome,
  )
  const stop = new AbortController()
  let ended: { readonly failure?: unknown } | undefined
  const running = autoscaler.run(stop.signal).then(
    () => {
      ended = {}
    },
    (failure: unknown) => {
      ended = { failure }
    },
  )
  await play(world, trace, () => ended !== undefined || signal?.aborted === true)
  // What stayed as it was until somebody was sure of it costs nothing.
  const endedAt = Math.max(world.changedAt, trace.startAt + trace.spanMs)
  const told = summarize(world, Math.min(endedAt, world.clock.now()))
  const endedMs = endedAt - trace.startAt
  stop.abort()
  const untilAt = world.clock.now() + LAST_ACTIONS_MS
  do await settle()
  while (!ended && world.clock.step(untilAt))
  await running
  signal?.throwIfAborted()
  if (ended && 'failure' in ended) throw ended.failure
  return { ...told, samples: sampler.samples, endedMs, ticks }
}

/** Rings timer after timer; only where the engine hears of one must its promises be waited for. */
async function play(world: LeanWorld, { startAt, spanMs }: Trace, isOver: () => boolean): Promise<void> {
  const { clock } = world
  const leastAt = startAt + spanMs
  for (;;) {
    if (world.engineIsAwake) {
      world.engineIsAwake = false
      await settle()
      if (isOver()) return
      if (clock.now() >= leastAt && world.isAtRest) return
      const isStill = !world.hasMoreToCome && world.queue.running.size === 0
      if (isStill && clock.now() - Math.max(world.movedAt, leastAt) > STUCK_AFTER_MS) return
    }
    clock.step(Number.MAX_SAFE_INTEGER)
  }
}

function engineIn(
  world: LeanWorld,
  { pools, intervalMs, seed, caution = usualCaution, fleet }: TraceSettings,
  onTick: (report: TickReport) => void,
  onOutcome: (outcome: Outcome) => void,
): Autoscaler {
  return createAutoscaler({
    server: ciServerOf(world.server, world.clock),
    pools: pools.map(({ policy }, at) => ({
      policy,
      provider: world.clouds[at]!.asProvider(),
      agent: { labels: policy.offer, image: undefined, environment: {}, renderUserData: () => '' },
    })),
    caution,
    ...(fleet && { fleet }),
    intervalMs,
    clock: world.engineClock,
    random: streamOf(seed, 'engine'),
    log: silentLog,
    onTick,
    onOutcome,
  })
}
