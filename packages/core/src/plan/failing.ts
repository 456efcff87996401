import type { Cordon, Hold } from '../model/plan.ts'
import { hasServed } from './ephemeral.ts'
import { hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Its last tasks each failed within seconds, while those of another agent did not: it is the agent, and not what was
 * pushed. Left alone it would take the whole queue, as it is free again before all others.
 */
export function isFailing({ pool, agent }: Member, { memory }: PlanInput): boolean {
  const failures = agent && memory.quickFailures.get(agent.id)
  if (!failures || pool.failingAfter === 0 || failures.inARow < pool.failingAfter) return false
  return [...memory.didWellAt].some(([id, at]) => id !== agent.id && at >= failures.sinceAt)
}

/** It gets no more tasks, whatever waits. */
export function cordonFailing({ members }: PoolMembers, input: PlanInput): readonly Cordon[] {
  const there = members.filter(({ connected }) => connected)
  // Where half of them fail, it is what they are given.
  if (there.filter((member) => isFailing(member, input)).length * 2 > there.length) return []
  return members.flatMap((member) => {
    const { agent, pool, connected, operation } = member
    if (member.machine?.endingSoon !== undefined || hasServed(member)) return []
    if (input.orders.protected.has(member.name)) return []
    if (!agent || agent.cordoned || !connected || operation || !isFailing(member, input)) return []
    return [{ kind: 'cordon', pool: pool.id, agent, because: 'failing', reason: WHY, round: 'first' }]
  })
}

export function failingHolds({ members }: PoolMembers, input: PlanInput): readonly Hold[] {
  return members
    .filter((member) => member.agent?.cordoned && isFailing(member, input))
    .map((member) => hold(member, 'failing-agent', WHY))
}

const WHY = 'its last tasks each failed within seconds, while those of others did not'
