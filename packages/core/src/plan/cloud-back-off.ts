import type { BackOff, Memory } from '../model/memory.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { OutsideError } from '../ports/errors.ts'

/** What these say is true of the account, or of the cloud; the others say something of one request. */
const OF_THE_CLOUD: ReadonlySet<OutsideError['kind']> = new Set([
  'auth',
  'rate-limited',
  'transient',
  'unexpected-answer',
  'quota-exceeded',
])

/** A cloud that has refused several pools, and served none since. */
export interface CloudBackOff {
  /** All that are served by it. */
  readonly pools: ReadonlySet<PoolId>
  /** Those that it refused. */
  readonly failing: ReadonlySet<PoolId>
  readonly sinceAt: number
  readonly untilAt: number
  readonly why: string
}

/**
 * The state of a pool's cloud follows from that of its pools: one pool that fails may be broken by itself, two
 * are the cloud, until a launch of any of its pools is done.
 */
export function cloudBackOff(
  pool: PoolPolicy,
  pools: readonly PoolPolicy[],
  { backOff, launchDoneAt }: Pick<Memory, 'backOff' | 'launchDoneAt'>,
): CloudBackOff | undefined {
  const { cloud } = pool
  if (cloud === undefined) return undefined
  const served = pools.filter((other) => other.cloud === cloud).map(({ id }) => id)
  const workedAt = Math.max(...served.map((id) => launchDoneAt.get(id) ?? Number.NEGATIVE_INFINITY))
  const failures = served.flatMap((id): readonly (readonly [PoolId, BackOff])[] => {
    const last = backOff.get(id)
    return last && OF_THE_CLOUD.has(last.kind) && last.sinceAt > workedAt ? [[id, last]] : []
  })
  if (failures.length < 2) return undefined
  const latest = failures.map(([, last]) => last).reduce((a, b) => (b.untilAt > a.untilAt ? b : a))
  return {
    pools: new Set(served),
    failing: new Set(failures.map(([id]) => id)),
    sinceAt: latest.sinceAt,
    untilAt: latest.untilAt,
    why: latest.why,
  }
}
