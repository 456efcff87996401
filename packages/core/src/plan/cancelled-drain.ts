import { keyOfPool } from '../memory/cancelled-drains.ts'
import { hasServed } from './ephemeral.ts'
import type { Member } from './members.ts'
import { isToGo } from './orders.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Whether it was to go by an order that was cancelled, and is still cordoned: whichever step its drain has come to, it
 * stays. A cordon of somebody else is left as it is.
 */
export function isDrainCancelled(member: Member, { memory, orders }: PlanInput): boolean {
  const { pool, name, agent, history, state } = member
  if (!agent?.cordoned || !history?.drain) return false
  if (state !== 'draining' && state !== 'drained') return false
  if (isToGo(member, orders) || orders.drainedPools.has(pool.id) || hasServed(member)) return false
  // The cordon that was under way when the order was cancelled.
  if (history.drain.because === 'asked') return true
  const { cancelledDrains } = memory
  const cancelledAt = Math.max(cancelledDrains.get(name) ?? 0, cancelledDrains.get(keyOfPool(pool.id)) ?? 0)
  return cancelledAt >= history.drain.cordonedAt
}
