import type { Cordon } from '../model/plan.ts'
import type { Member, PoolMembers } from './members.ts'

/** An agent for one task that has it, or has had it: it takes no other. */
export function hasServed(
  member: Pick<Member, 'pool' | 'agent' | 'history' | 'running' | 'further'>,
): boolean {
  if (member.pool.mode !== 'ephemeral') return false
  return [member, ...member.further].some(
    ({ agent, history, running }) =>
      running > 0 || agent?.lastWorkAt !== undefined || history?.lastSeenBusyAt !== undefined,
  )
}

/** As soon as its task runs it is cordoned, so that nobody who has taken its secret gets another. */
export function cordonServed({ members }: PoolMembers): readonly Cordon[] {
  return members.flatMap((member) => {
    const { agent, pool, connected, operation } = member
    if (!hasServed(member) || !agent || agent.cordoned || !connected || operation) return []
    const reason = 'its machine is for one task, and has it'
    return [{ kind: 'cordon', pool: pool.id, agent, because: 'one-task', reason, round: 'first' }]
  })
}
