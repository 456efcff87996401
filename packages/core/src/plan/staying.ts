import { hasServed } from './ephemeral.ts'
import type { Member } from './members.ts'

/** Counts towards the minimum: there or on its way, and not on its way out. */
export function isStaying(member: Member): boolean {
  const { state, agent, operation, machine } = member
  if (member.isUnfinished) return false
  if (machine?.endingSoon !== undefined || hasServed(member)) return false
  if (operation?.kind === 'cordon' || (agent?.cordoned && operation?.kind !== 'uncordon')) return false
  // What is written now shows in the state only later.
  if (operation?.kind === 'uncordon') return true
  return state === 'launching' || state === 'booting' || state === 'idle' || state === 'busy'
}
