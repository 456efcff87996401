import type { Hold, Start } from '../model/plan.ts'
import { hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'
import { isPaused } from './orders.ts'
import type { PlanInput } from './plan-input.ts'

/** Whether it may be started now; true of all that is no machine made by hand, or runs. */
export function mayStart(member: Member, input: PlanInput): boolean {
  const { standing, state } = member
  if (!standing || state !== 'parked') return true
  if (isHeld(member, input)) return false
  // What still stops cannot be started.
  return standing.state === 'stopped' && !backingOff(member, input)
}

/** Its pool is paused, or on its way out: another pool's machine may serve the task. */
function isHeld({ pool }: Member, { orders }: PlanInput): boolean {
  return isPaused(orders, pool.id) || orders.drainedPools.has(pool.id)
}

/** Why nothing is tried with the machine for a while: its last start or stop came to nothing. */
export function backingOff(member: Member, { snapshot, memory }: PlanInput): Hold | undefined {
  const backOff = member.standing && memory.standingBackOff.get(member.standing.id)
  if (!backOff || snapshot.takenAt >= backOff.untilAt) return undefined
  return hold(member, 'backing-off', `${member.standing?.id}: ${backOff.why}`)
}

/**
 * Starts machines whose agents nobody has named: any task for which nothing else is there or on its way may
 * be one for them.
 */
export function startUnnamed(
  pools: readonly PoolMembers[],
  input: PlanInput,
  unserved: number,
): readonly Start[] {
  const unnamed = pools.flatMap(({ known, standing }) => (known ? standing.filter(isUnnamed) : []))
  const coming = unnamed.filter(({ state }) => state === 'launching' || state === 'booting').length
  const reason = 'a task waits, and its agent may be one that can take it'
  return unnamed
    .filter((member) => member.state === 'parked' && !member.operation && mayStart(member, input))
    .slice(0, Math.max(0, unserved - coming))
    .map(({ pool, name }) => ({
      kind: 'start',
      pool: pool.id,
      name,
      agent: undefined,
      standing: name,
      because: 'demand',
      reason,
    }))
}

/** Nobody has said which agent is on it. */
export function isUnnamed({ standing }: Member): boolean {
  return standing !== undefined && standing.agentId === undefined
}
