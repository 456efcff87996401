import { MADE_FROM } from '../evidence/label-differences.ts'
import { DRAIN_TAKES_MS } from '../evidence/timings.ts'
import { isInterfered } from '../memory/interference.ts'
import { isRecent } from '../memory/strangers.ts'
import type { Memory } from '../model/memory.ts'
import type { Cordon } from '../model/plan.ts'
import { counted } from '../settings/counted.ts'
import { formatDuration } from '../settings/duration.ts'
import { teardownMarginMs, untilPaidHourEndsMs } from './billing.ts'
import type { Member, PoolMembers } from './members.ts'
import { isToGo } from './orders.ts'
import type { PlanInput } from './plan-input.ts'

/** Of a pool's machines so many are renewed at a time, and one at least. */
const SHARE_AT_A_TIME = 0.1
/** Machines that were made together do not grow old together. */
const AGE_JITTER = 0.1

export type WhyRenew = Pick<Cordon, 'because' | 'reason'>

/** Causes for which another is to take its place. */
const RENEWS: ReadonlySet<Cordon['because']> = new Set<Cordon['because']>([
  'max-age',
  'drifted',
  'copied',
  'asked',
])

/** Why the machine should be replaced by a new one, or nothing. */
export function whyRenew(member: Member, { snapshot, memory, orders }: PlanInput): WhyRenew | undefined {
  const { pool, agent, name, sinceAt, standing, machine } = member
  if (standing || !agent || orders.protected.has(name)) return undefined
  if (isToGo(member, orders)) return { because: 'asked', reason: 'somebody asked for its end' }
  // They share one agent, so that nobody can tell which of them works: all of them go, and one comes.
  const copies = machine?.copies ?? 1
  if (copies > 1) return { because: 'copied', reason: `${counted(copies, 'machine')} carry its name` }
  if (isOfTwo(member, memory, snapshot.takenAt)) return undefined
  // One of an earlier program, which marked nothing, is as good as new.
  const madeFrom = agent.labels?.[MADE_FROM]
  if (pool.madeFrom !== undefined && madeFrom !== undefined && madeFrom !== pool.madeFrom)
    return { because: 'drifted', reason: 'the settings that its machine was made from have changed' }
  const ageMs = snapshot.takenAt - (machine?.createdAt ?? sinceAt)
  // Most are far from it, and their share need not be worked out.
  if (ageMs < pool.maxAgeMs || ageMs < pool.maxAgeMs * (1 + AGE_JITTER * shareOf(name))) return undefined
  return { because: 'max-age', reason: `its machine is ${formatDuration(ageMs)} old` }
}

/** Another process seems to run the pool too, or made this machine: what looks old or changed here is as it wants it. */
function isOfTwo({ pool, name }: Member, memory: Memory, takenAt: number): boolean {
  const { strangers } = memory
  if (isInterfered(memory, pool.id, takenAt)) return true
  if (strangers.size === 0) return false
  return (
    strangers.has(name) || strangers.values().some((each) => each.pool === pool.id && isRecent(each, takenAt))
  )
}

/**
 * Whether it is to be renewed now. An old machine that is paid by the hour serves until its billed hour ends; `leadMs`: so
 * long before that its replacement has to be launched.
 */
export function isRenewalDue(member: Member, input: PlanInput, leadMs: number): boolean {
  const why = whyRenew(member, input)
  if (why?.because !== 'max-age') return why !== undefined
  const leftMs = untilPaidHourEndsMs(member, input.snapshot.takenAt)
  return (
    leftMs === undefined || (leftMs <= teardownMarginMs(member.pool) + leadMs && leftMs >= DRAIN_TAKES_MS)
  )
}

/** How many may be on their way out for this at once, so that the pool is never empty. */
export function renewalsAtATime({ members }: PoolMembers): number {
  return Math.max(1, Math.floor(members.length * SHARE_AT_A_TIME))
}

/**
 * Whether one is on its way out or in: until its replacement has connected, no other is renewed, as the new settings may
 * never work.
 */
export function isRenewing(members: readonly Member[]): boolean {
  return members.some(({ pool, state, operation, history }) => {
    const because = history?.drain?.because
    const goes = because !== undefined && RENEWS.has(because)
    if (goes && (state === 'draining' || state === 'drained' || state === 'ending')) return true
    if (operation?.kind === 'cordon') return true
    // Those that are kept for somebody to look at stay as they are.
    if (state === 'lost') return pool.keepFailed === 0
    return state === 'launching' || state === 'booting'
  })
}

/** 0 ≤ x < 1, the same for the same name. */
function shareOf(name: string): number {
  let hash = 0
  for (const letter of name) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0
  return hash / 2 ** 32
}
