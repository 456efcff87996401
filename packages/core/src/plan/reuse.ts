import { DEAF_AFTER_MS } from '../evidence/timings.ts'
import { isCordonedByOthers } from './cordoned-by-others.ts'
import { isFailing } from './failing.ts'
import { labelsOf, type Member } from './members.ts'
import { isPaused } from './orders.ts'
import type { PlanInput } from './plan-input.ts'
import { whyRenew } from './renewal.ts'

/** After an uncordon that failed the next try waits: meanwhile another agent is found. */
const UNCORDON_PAUSE_MS = 60_000

/**
 * It was free, and given up for that, while the task waited already: it may be deaf, and to call it back and give it
 * up again could go on for ever.
 */
export function leftItAlone({ history }: Member, pendingSince: number): boolean {
  const drain = history?.drain
  const wasFree = drain?.because === 'idle' || drain?.because === 'paid-hour-ends'
  return wasFree && pendingSince <= drain.cordonedAt - DEAF_AFTER_MS
}

/** Cordoned, there, and left alone at the moment: it can be called back at once. */
export function isReusable(member: Member, input: PlanInput): boolean {
  const { pool, state, connected, operation, history, machine } = member
  const { takenAt } = input.snapshot
  // What was made for one task serves no other, and what is to be renewed goes.
  if (pool.mode === 'ephemeral' || whyRenew(member, input) || isFailing(member, input)) return false
  if (history?.drain?.because === 'deaf' || isPaused(input.orders, pool.id)) return false
  if (machine?.endingSoon !== undefined || isCordonedByOthers(member, input)) return false
  const failedAt = history?.uncordonFailedAt
  if (failedAt !== undefined && takenAt - failedAt < UNCORDON_PAUSE_MS) return false
  const isBack = (state === 'draining' || state === 'drained') && connected
  return (isBack || state === 'parked') && !operation && labelsOf(member) !== undefined
}

/** Those that still work first, as their machines stay anyway; then those that run, the last cordoned first. */
export function byUsefulness(a: Member, b: Member): number {
  const off = Number(a.state === 'parked') - Number(b.state === 'parked')
  const cordonedAt = ({ history }: Member): number => history?.drain?.cordonedAt ?? 0
  return off || b.running - a.running || cordonedAt(b) - cordonedAt(a) || (a.name < b.name ? -1 : 1)
}
