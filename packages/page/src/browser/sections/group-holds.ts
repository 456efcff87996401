import type { StatusView } from '@woodpeckers/autoscaler-observer'

type Hold = StatusView['holds'][number]

/** Holds of one cause and pool, told once. */
export interface HoldGroup {
  readonly because: Hold['because']
  readonly pool: string | undefined
  /** Different ones, in the order they came. */
  readonly reasons: readonly string[]
  readonly subjects: readonly string[]
  readonly count: number
}

/** The largest groups last: what concerns one machine would drown in what concerns a hundred. */
export function groupHolds(holds: readonly Hold[]): readonly HoldGroup[] {
  const groups = Map.groupBy(holds, ({ because, pool }) => JSON.stringify([because, pool]))
  return [...groups.values()]
    .map((same) => ({
      because: same[0]!.because,
      pool: same[0]!.pool,
      reasons: [...new Set(same.map(({ reason }) => reason))],
      subjects: same.flatMap(({ subject }) => (subject === undefined ? [] : [subject])),
      count: same.length,
    }))
    .sort((one, other) => one.count - other.count)
}
