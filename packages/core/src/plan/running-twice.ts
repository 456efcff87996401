import { isRecent } from '../memory/strangers.ts'
import type { Hold } from '../model/plan.ts'
import type { PlanInput } from './plan-input.ts'

const NAMED_AT_MOST = 3

/**
 * Says that another process gives names of our pools. Its agents count towards the pool, and are terminated by its rules. No
 * machine is renewed meanwhile (`renewal.ts`): two processes with different settings would renew each other's for ever.
 */
export function runningTwiceHolds({ snapshot, memory, pools }: PlanInput): readonly Hold[] {
  const recent = [...memory.strangers].filter(([, stranger]) => isRecent(stranger, snapshot.takenAt))
  const byPool = Map.groupBy(recent, ([, { pool }]) => pool)
  return pools.flatMap(({ id }) => {
    const names = (byPool.get(id) ?? []).map(([name]) => name)
    if (names.length === 0) return []
    const some = names.slice(0, NAMED_AT_MOST).join(', ') + (names.length > NAMED_AT_MOST ? ' …' : '')
    const reason =
      `another process seems to run the pool ${id}: in the last hour ${names.length} ` +
      `agent${names.length === 1 ? '' : 's'} appeared that this one did not make (${some}). ` +
      'Two together may have twice as many as the maximum: end one, or give it another pool id. ' +
      'Until then no machine is renewed for its age or for changed settings'
    return [{ kind: 'hold', pool: id, because: 'running-twice', reason }]
  })
}
