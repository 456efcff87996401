import { plainPolicy, seededRandom } from '@woodpeckers/autoscaler-core'
import { TRACE_VERSION, type Trace, type TraceArrival, type TracePool } from '@woodpeckers/autoscaler-traces'
import { offerOf } from '@woodpeckers/autoscaler-woodpecker'

/** A pool of the fixtures, and what its tasks are like. */
export interface FixturePool {
  readonly id: string
  readonly min: number
  readonly max: number
  readonly platform: string
  /** Besides the platform: what its tasks ask for, and its agents have. */
  readonly labels?: Readonly<Record<string, string>>
  readonly offering: string
  readonly hourlyPrice: number
  readonly jobsPerHour: number
  readonly jobMinutes: number
  /** How much more comes by day than by night. */
  readonly swing: number
}

const HOUR_MS = 3_600_000
const STEP_MS = 30_000
const REPOSITORIES = ['acme/web', 'acme/api', 'acme/mobile', 'infra/images', 'docs/site'] as const

/** The pool as the real engine gets it. */
export function tracePoolOf({
  id,
  min,
  max,
  platform,
  labels = {},
  offering,
  hourlyPrice,
}: FixturePool): TracePool {
  return {
    policy: {
      id,
      min,
      max,
      workflowsPerAgent: 1,
      offer: offerOf({ labels, platform, backend: 'docker' }),
      idleTimeoutMs: 5 * 60_000,
      inactivityTimeoutMs: 10 * 60_000,
      billingTeardownMarginMs: 2 * 60_000,
      billing: 'second',
      parked: { max: 0, forMs: HOUR_MS },
      keepFailed: 0,
      ...plainPolicy,
    },
    boot: { p50Ms: 70_000, p95Ms: 115_000 },
    hourlyPrice: { amount: hourlyPrice, currency: 'EUR' },
    offering,
  }
}

/** The jobs of some hours: more by day than by night, in bursts, a fifth of them after another one. */
export function traceOf(pools: readonly FixturePool[], hours: number, now: number, seed: number): Trace {
  const chance = seededRandom(seed)
  const startAt = now - hours * HOUR_MS
  const arrivals: TraceArrival[] = []
  for (let atMs = 0; atMs < hours * HOUR_MS; atMs += STEP_MS)
    pools.forEach((pool, place) => {
      const at = startAt + atMs
      const byDay = 1 + pool.swing * Math.sin(((at / HOUR_MS - 8) / 24) * 2 * Math.PI)
      const burst = Math.floor(at / 600_000) % 11 === place * 3 ? 3 : 1
      const expected = ((pool.jobsPerHour * STEP_MS) / HOUR_MS) * Math.max(0.05, byDay) * burst
      for (let rest = expected; rest > 0; rest -= 1) {
        if (chance() >= rest) continue
        const before = arrivals.at(-1)
        const follows = before?.id !== undefined && before.atMs === atMs && chance() < 0.5
        arrivals.push({
          atMs,
          id: `${arrivals.length}`,
          labels: {
            platform: pool.platform,
            ...pool.labels,
            repo: REPOSITORIES[Math.floor(chance() * REPOSITORIES.length)]!,
          },
          durationMs: Math.round(pool.jobMinutes * 60_000 * (0.3 - Math.log(1 - chance() * 0.98))),
          ...(follows && { after: [before.id!] }),
        })
      }
    })
  return { version: TRACE_VERSION, startAt, spanMs: hours * HOUR_MS, arrivals }
}
