import type { Random } from '@woodpeckers/autoscaler-core'
import { type Mishap, spoilKind } from './mishaps.ts'
import type { Arrival, PoolSetup } from './scenario.ts'

/** Agents that fail all they are given, and jobs that fail wherever they run: where a pool is to tell them apart. */
export function withFailures<
  Made extends { readonly arrivals: readonly Arrival[]; readonly mishaps: readonly Mishap[] },
>(made: Made, pools: readonly PoolSetup[], random: Random, stormMs: number): Made {
  if (!pools.some(({ policy }) => (policy.failingAfter ?? 0) > 0)) return made
  const spoilt = Array.from({ length: Math.floor(random() * 5) }, () => ({
    atMs: Math.floor(random() * stormMs),
    kind: spoilKind,
    pick: random(),
    forMs: 0,
  }))
  const share = random() < 0.5 ? 0.05 : 0.3
  return {
    ...made,
    arrivals: made.arrivals.map(({ atMs, jobs }) => ({
      atMs,
      jobs: jobs.map((job) =>
        random() < share ? { ...job, fails: true, durationMs: Math.min(job.durationMs, 5_000) } : job,
      ),
    })),
    mishaps: [...made.mishaps, ...spoilt].toSorted((one, other) => one.atMs - other.atMs),
  }
}
