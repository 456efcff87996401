import { onOurClock } from '../evidence/contact.ts'
import type { Cordon, Hold } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import { untilPaidHourEndsMs } from './billing.ts'
import { isStaying } from './grow.ts'
import { heldByDisturbance, hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'

export interface Shrinking {
  readonly actions: readonly Cordon[]
  readonly holds: readonly Hold[]
}

/**
 * Cordons agents that nobody needs: those above a lowered maximum, then those that were idle for long.
 * `isWanted`: a task of this snapshot is counted on it.
 */
export function shrinkPool(
  { pool, members }: PoolMembers,
  input: PlanInput,
  isWanted: (member: Member) => boolean,
): Shrinking {
  // One that is not in contact may be dead: it stands in for no living one.
  const staying = members.filter(
    (member) => isStaying(member) && (member.connected || !hasRegistered(member)),
  )
  const reachable = staying.filter((member) => member.connected && !member.operation)
  const isDue = (member: Member): boolean => member.state === 'idle' && whyDue(member, input) !== undefined
  // Most looks find nobody to go: who would be the first needs not be known.
  if (staying.length <= pool.max && !reachable.some(isDue)) return { actions: [], holds: [] }
  const cordonable = reachable.sort(
    (a, b) => a.running - b.running || idleSinceAt(a, input) - idleSinceAt(b, input),
  )
  const overMax = cordonable.slice(0, Math.max(0, staying.length - pool.max))
  const actions = overMax.map((member) => cordon(member, 'over-max', `the pool may have ${pool.max} now`))
  const holds: Hold[] = []
  let surplus = staying.length - overMax.length - pool.min
  for (const member of cordonable.slice(overMax.length)) {
    if (surplus <= 0) break
    if (member.state !== 'idle' || isWanted(member)) continue
    const due = whyDue(member, input)
    if (!due) continue
    const held = due.kind === 'hold' ? due : heldByDisturbance(member, input)
    if (held) {
      holds.push(held)
      continue
    }
    if (due.kind === 'cordon') actions.push(due)
    surplus--
  }
  return { actions, holds }
}

function hasRegistered({ agent }: Member): boolean {
  return agent?.lastContactAt !== undefined
}

/** The cloud has said that it takes the machine back: it gets no more tasks, at once, whatever else is wanted. */
export function cordonInterrupted({ members }: PoolMembers): readonly Cordon[] {
  return members.flatMap((member) => {
    const soon = member.machine?.endingSoon
    const isCordonable = member.connected && !member.operation && member.agent && !member.agent.cordoned
    return soon !== undefined && isCordonable
      ? [cordon(member, 'ending-soon', `its machine is taken back: ${soon}`)]
      : []
  })
}

/** Since when it has had no work: counted from the last sign of it, or from its first contact. */
export function idleSinceAt({ agent, history, sinceAt }: Member, { snapshot }: PlanInput): number {
  const { agents, takenAt } = snapshot
  const lastWorkAt =
    agent?.lastWorkAt !== undefined && agents.ok
      ? onOurClock(agent.lastWorkAt, { takenAt, serverNowAt: agents.value.serverNowAt })
      : 0
  return Math.max(
    lastWorkAt,
    history?.lastSeenBusyAt ?? 0,
    history?.firstContactSeenAt ?? sinceAt,
    history?.uncordonedAt ?? 0,
  )
}

/** What is due for an idle member, once it has been idle for long enough. */
export function whyDue(member: Member, input: PlanInput): Cordon | Hold | undefined {
  const { pool } = member
  const idleMs = input.snapshot.takenAt - idleSinceAt(member, input)
  const hourLeftMs = untilPaidHourEndsMs(member, input.snapshot.takenAt)
  if (hourLeftMs !== undefined) {
    if (hourLeftMs <= pool.billingTeardownMarginMs) {
      return cordon(member, 'paid-hour-ends', `idle, and its paid hour ends in ${formatDuration(hourLeftMs)}`)
    }
    if (idleMs < pool.idleTimeoutMs) return undefined
    return hold(member, 'paid-hour', `idle, but paid for ${formatDuration(hourLeftMs)} more`)
  }
  if (idleMs < pool.idleTimeoutMs) return undefined
  return cordon(member, 'idle', `idle for ${formatDuration(idleMs)}`)
}

function cordon({ pool, agent }: Member, because: Cordon['because'], reason: string): Cordon {
  return { kind: 'cordon', pool: pool.id, agent: agent!, because, reason, round: 'first' }
}
