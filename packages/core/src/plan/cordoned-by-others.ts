import type { Hold } from '../model/plan.ts'
import { hasServed } from './ephemeral.ts'
import { hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'
import { isToGo } from './orders.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Whether somebody else has cordoned an agent of the machine, so that nothing is done with it: neither is the cordon
 * lifted, nor the machine drained, stopped or terminated. An order to drain it, or its pool, counts more. So does the end
 * of a machine that was for one task, and has had it.
 */
export function isCordonedByOthers(
  member: Pick<Member, 'agent' | 'further' | 'history' | 'name' | 'pool' | 'running'>,
  { orders }: Pick<PlanInput, 'orders'>,
): boolean {
  const records = [member, ...member.further]
  if (!records.some(({ history }) => history?.cordonedByOthersAt !== undefined)) return false
  return !member.pool.isDrained && !isToGo(member, orders) && !hasServed(member)
}

/** Those that are cordoned; one whose second agent alone is takes tasks as before. */
export function othersCordonHolds(pools: readonly PoolMembers[], input: PlanInput): readonly Hold[] {
  return pools.flatMap(({ members, standing }) =>
    [...members, ...standing]
      .filter((member) => member.state !== 'zombie' && isCordonedByOthers(member, input))
      .map((member) => hold(member, 'cordoned-by-others', reasonOf(member))),
  )
}

function reasonOf({ agent, further, history }: Member): string {
  const cordoned =
    history?.cordonedByOthersAt === undefined
      ? further.find((record) => record.history?.cordonedByOthersAt !== undefined)?.agent
      : agent
  const which =
    further.length > 0 && cordoned ? `agent ${cordoned.id} has no_schedule set` : 'no_schedule is set'
  return `cordoned by someone else: ${which}, and not by the autoscaler. The machine is kept, takes no tasks and counts towards the limits. Clear no_schedule to use it again, or drain it to have it terminated`
}
