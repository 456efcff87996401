import type { Labels, Obstacle, PoolId } from '@woodpeckers/autoscaler-core'
import { matching } from '@woodpeckers/autoscaler-woodpecker'
import type { Trace } from '../format/trace.ts'
import type { TracePool } from '../play/trace-settings.ts'

/** Jobs that no pool takes, all for the same reasons. */
export interface Untaken {
  readonly jobs: number
  /** Of each pool the one label in the way, in the order of the settings. */
  readonly obstacles: readonly { readonly pool: PoolId; readonly obstacle: Obstacle }[]
}

/** Jobs of the trace that no pool of the settings could ever take, those with most jobs first. */
export function untakenJobs({ arrivals }: Trace, pools: readonly TracePool[]): readonly Untaken[] {
  const byLabels = new Map<string, { labels: Labels; jobs: number }>()
  for (const { labels } of arrivals) {
    const key = JSON.stringify(Object.entries(labels).sort())
    const known = byLabels.get(key)
    if (known) known.jobs++
    else byLabels.set(key, { labels, jobs: 1 })
  }
  const byReason = new Map<string, { jobs: number; obstacles: Untaken['obstacles'] }>()
  for (const { labels, jobs } of byLabels.values()) {
    const obstacles = pools.flatMap(({ policy: { id, offer } }) => {
      const obstacle = matching.score(labels, offer) > 0 ? undefined : matching.obstacle(labels, offer)
      return obstacle ? [{ pool: id, obstacle }] : []
    })
    if (obstacles.length < pools.length) continue
    const key = JSON.stringify(obstacles)
    byReason.set(key, { jobs: jobs + (byReason.get(key)?.jobs ?? 0), obstacles })
  }
  return [...byReason.values()].sort((one, other) => other.jobs - one.jobs)
}
