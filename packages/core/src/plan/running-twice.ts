import { namesLifted } from '../memory/interference.ts'
import { isRecent } from '../memory/strangers.ts'
import type { Hold } from '../model/plan.ts'
import { counted } from '../settings/counted.ts'
import type { PlanInput } from './plan-input.ts'

const NAMED_AT_MOST = 3

/**
 * Says that another process gives names of our pools, or undoes our renewals. Its agents count towards the pool, and are
 * terminated by its rules. No machine is renewed meanwhile (`renewal.ts`): two processes with different settings would
 * renew each other's for ever.
 */
export function runningTwiceHolds({ snapshot, memory, pools }: PlanInput): readonly Hold[] {
  const recent = [...memory.strangers].filter(([, stranger]) => isRecent(stranger, snapshot.takenAt))
  const byPool = Map.groupBy(recent, ([, { pool }]) => pool)
  return pools.flatMap(({ id }) => {
    const names = (byPool.get(id) ?? []).map(([name]) => name)
    const lifted = namesLifted(memory, id, snapshot.takenAt)
    if (names.length + lifted.length === 0) return []
    const evidence = [
      ...(names.length > 0
        ? [
            `in the last hour ${counted(names.length, 'agent')} appeared that this one did not make (${some(names)})`,
          ]
        : []),
      ...(lifted.length > 0
        ? [
            `somebody else uncordoned agents that this one had cordoned to renew their machines (${some(lifted)})`,
          ]
        : []),
    ]
    const reason =
      `another process seems to run the pool ${id}: ${evidence.join('; ')}. ` +
      'Two together may have twice as many as the maximum: end one, or give it another pool id. ' +
      'Until then no machine is renewed for its age or for changed settings'
    return [{ kind: 'hold', pool: id, because: 'running-twice', reason }]
  })
}

function some(names: readonly string[]): string {
  return names.slice(0, NAMED_AT_MOST).join(', ') + (names.length > NAMED_AT_MOST ? ' …' : '')
}
