import type { Hold } from '../model/plan.ts'
import type { PlanInput } from './plan-input.ts'

const NAMED_AT_MOST = 3

/**
 * Says that somebody else gives names of our pools. Nothing more is done about it: those agents count towards
 * the pool, and end by its rules.
 */
export function runningTwiceHolds({ memory, pools }: PlanInput): readonly Hold[] {
  const byPool = Map.groupBy(memory.strangers, ([, { pool }]) => pool)
  return pools.flatMap(({ id }) => {
    const names = (byPool.get(id) ?? []).map(([name]) => name)
    if (names.length === 0) return []
    const some = names.slice(0, NAMED_AT_MOST).join(', ') + (names.length > NAMED_AT_MOST ? ' …' : '')
    const reason =
      `another process seems to run the pool ${id}: in the last hour ${names.length} ` +
      `agent${names.length === 1 ? '' : 's'} appeared that this one did not make (${some}). ` +
      'Two together may have twice as many as the maximum: end one, or give it another pool id'
    return [{ kind: 'hold', pool: id, because: 'running-twice', reason }]
  })
}
