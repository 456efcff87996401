import { DRAIN_TAKES_MS } from '../evidence/timings.ts'
import type { Cordon, Hold } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import { teardownMarginMs, untilPaidHourEndsMs } from './billing.ts'
import { bufferSlots } from './buffer.ts'
import { isCordonedByOthers } from './cordoned-by-others.ts'
import { cordonAt } from './drain-times.ts'
import { hasServed } from './ephemeral.ts'
import { idleSinceAt } from './idle.ts'
import { heldByDisturbance, hold } from './may-end.ts'
import { capacityOf, type Member, type PoolMembers } from './members.ts'
import { packOne } from './packing.ts'
import type { PlannedGrowth } from './plan-growth.ts'
import type { PlanInput } from './plan-input.ts'
import { isRenewalDue, isRenewing, renewalsAtATime, whyRenew } from './renewal.ts'
import { inShrinkOrder } from './shrink-order.ts'
import { isStaying } from './staying.ts'
import { startupAllowanceMs } from './supply.ts'

export interface Shrinking {
  readonly actions: readonly Cordon[]
  readonly holds: readonly Hold[]
}

/** What the tasks of this snapshot need of agents that are there. */
export type Needs = Pick<PlannedGrowth, 'isWanted' | 'seemsDeaf' | 'freeOf' | 'mayReplace'>

/**
 * Cordons agents that nobody needs: those above a lowered maximum, then those to be renewed, then those that were
 * idle for long, then, where that is wanted, one whose tasks the others have room for.
 */
export function shrinkPool(poolMembers: PoolMembers, input: PlanInput, needs: Needs): Shrinking {
  const { pool, members } = poolMembers
  // One that is not in contact may be dead: it stands in for no living one.
  const staying = members.filter(
    (member) => isStaying(member) && (member.connected || !hasRegistered(member)),
  )
  const isFree = (member: Member): boolean =>
    member.connected &&
    !member.operation &&
    !input.orders.protected.has(member.name) &&
    !isCordonedByOthers(member, input)
  // They take room, and stand in for nobody.
  const kept = members.filter(({ state }) => state === 'cordoned').length
  const reachable = staying.filter(isFree)
  const leadMs = startupAllowanceMs(pool, input.memory)
  const isDue = (member: Member): boolean =>
    isRenewalDue(member, input, leadMs) || (member.state === 'idle' && whyDue(member, input) !== undefined)
  // Most looks find nobody to go: who would be the first needs not be known.
  if (staying.length <= pool.max && !pool.packing && !reachable.some(isDue)) return { actions: [], holds: [] }
  const cordonable = inShrinkOrder(reachable, pool, input)
  const overMax = cordonable.slice(0, Math.max(0, staying.length - pool.max))
  const actions = overMax.map((member) =>
    input.orders.drainedPools.has(pool.id)
      ? cordon(member, 'asked', 'an order drains its pool')
      : cordon(member, 'over-max', `the pool may have ${pool.max} now`),
  )
  const holds: Hold[] = []
  const rest = cordonable.slice(overMax.length)
  // A replacement stands in for nobody before it has connected: it may never do so.
  const isDueForRenewal = reachable.some((member) => isRenewalDue(member, input, leadMs))
  const counted = isDueForRenewal ? staying.filter(({ connected }) => connected) : staying
  let surplus = counted.length - overMax.length - pool.min
  const buffer = bufferSlots(poolMembers)
  let spare = needs.freeOf(pool.id) - buffer
  const settle = (due: Cordon | Hold, member: Member): boolean => {
    const held = due.kind === 'hold' ? due : heldByDisturbance(member, input)
    if (held) {
      holds.push(held)
      return false
    }
    if (due.kind === 'cordon') actions.push(due)
    surplus--
    spare -= capacityOf(member) - member.running
    return true
  }
  const renewed = new Set<Member>()
  // What cannot be replaced stays, old as it is.
  const mayRenew = !isRenewing(members) && needs.mayReplace(pool.id)
  let renewals = mayRenew ? renewalsAtATime(poolMembers) : 0
  for (const member of rest) {
    const why = whyRenew(member, input)
    if (!why || renewals <= 0 || isNeeded(member, needs) || !isRenewalDue(member, input, 0)) continue
    // Where there is no room for a replacement, the old one makes room, one at a time.
    const makesRoom = staying.length + kept >= pool.max && members.length >= pool.max && actions.length === 0
    if (surplus <= 0 && !makesRoom) continue
    if (buffer > 0 && spare < capacityOf(member) && !makesRoom) continue
    renewed.add(member)
    renewals--
    // What has come in its place waits for it.
    if (!settle(cordon(member, why.because, why.reason), member)) surplus--
  }
  for (const member of rest) {
    if (surplus <= 0) break
    if (member.state !== 'idle' || needs.isWanted(member) || renewed.has(member)) continue
    // Of those that a coming task is counted on as many stay as there are tasks.
    if ((buffer > 0 || pool.prewarm) && spare < capacityOf(member)) continue
    const due = whyDue(member, input)
    if (due) settle(due, member)
  }
  const isFull = staying.length + kept >= pool.max && actions.length === 0 && needs.mayReplace(pool.id)
  const deaf = isFull ? rest.find((member) => isDeaf(member, input, needs)) : undefined
  // Also below the minimum, one at a time: all that the pool may have could be so.
  if (deaf) settle(cordon(deaf, 'deaf', 'it leaves tasks alone, and there is no room for another'), deaf)
  const packed = actions.length === 0 && surplus > 0 ? packOne(rest, poolMembers, spare) : undefined
  if (packed && !heldByDisturbance(packed, input))
    actions.push(cordon(packed, 'packing', 'the others have room for what it could take'))
  return { actions, holds }
}

/** A busy one goes on with what it has; its free slots may be counted on. */
function isNeeded(member: Member, { isWanted }: Needs): boolean {
  return capacityOf(member) > member.running && isWanted(member)
}

function isDeaf(member: Member, input: PlanInput, { seemsDeaf }: Needs): boolean {
  return member.state === 'idle' && seemsDeaf(member) && whyDue(member, input)?.kind === 'cordon'
}

function hasRegistered({ agent }: Member): boolean {
  return agent?.lastContactAt !== undefined
}

/** The cloud has said that it takes the machine back: it gets no more tasks, at once, whatever else is wanted. */
export function cordonInterrupted({ members }: PoolMembers): readonly Cordon[] {
  return members.flatMap((member) => {
    const soon = member.machine?.endingSoon
    const isCordonable = member.connected && !member.operation && member.agent && !member.agent.cordoned
    // That one is cordoned for its own reason.
    if (hasServed(member)) return []
    return soon !== undefined && isCordonable
      ? [cordon(member, 'ending-soon', `its machine is taken back: ${soon}`)]
      : []
  })
}

/** What is due for an idle member, once it has been idle for long enough. */
export function whyDue(member: Member, input: PlanInput): Cordon | Hold | undefined {
  const { pool } = member
  const idleMs = input.snapshot.takenAt - idleSinceAt(member, input)
  const hourLeftMs = untilPaidHourEndsMs(member, input.snapshot.takenAt)
  if (hourLeftMs !== undefined) {
    // With less than that it would be ended in the next hour, which is paid whole.
    if (hourLeftMs <= teardownMarginMs(pool) && hourLeftMs >= DRAIN_TAKES_MS) {
      return cordon(member, 'paid-hour-ends', `idle, and its paid hour ends in ${formatDuration(hourLeftMs)}`)
    }
    if (idleMs < pool.idleTimeoutMs) return undefined
    return hold(member, 'paid-hour', `idle, but paid for ${formatDuration(hourLeftMs)} more`)
  }
  if (idleMs >= pool.idleTimeoutMs) return cordon(member, 'idle', `idle for ${formatDuration(idleMs)}`)
  if (input.snapshot.takenAt < cordonAt(member, input)) return undefined
  const reason = `idle for ${formatDuration(idleMs)}, and drained by its timeout of ${formatDuration(pool.idleTimeoutMs)}`
  return cordon(member, 'idle', reason)
}

function cordon({ pool, agent }: Member, because: Cordon['because'], reason: string): Cordon {
  return { kind: 'cordon', pool: pool.id, agent: agent!, because, reason, round: 'first' }
}
