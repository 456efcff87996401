import { isProvenAtRest } from '../evidence/work.ts'
import type { Hold } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Why a member must not be ended yet because of what the server went through, or nothing. Agents which
 * were there when it was away, restarted or was first seen by us may have work that it has forgotten, and
 * report late what they finished meanwhile. Those launched since are free of this.
 */
export function heldByDisturbance(member: Member, input: PlanInput): Hold | undefined {
  if (!member.wasThereAtDisturbance) return undefined
  const { snapshot, memory, caution } = input
  const sinceMs = snapshot.takenAt - memory.disturbance.at
  const what = {
    'own-start': 'this process has just started',
    away: 'the server was away',
    'stream-broke': 'the server may have restarted: its events broke off',
    'work-forgotten': 'the server has restarted: it has forgotten running work',
    asleep: 'this process did not run for a while',
  }[memory.disturbance.kind]
  if (sinceMs < caution.graceAfterRestartMs) {
    return hold(
      member,
      'after-restart',
      `${what}; nothing that was there is ended for ${formatDuration(caution.graceAfterRestartMs - sinceMs)}`,
    )
  }
  const { agent, history, further, state } = member
  const connectedOnes = state === 'idle' || state === 'drained'
  const all = [...(agent ? [{ agent, history }] : []), ...further.filter(({ connected }) => connected)]
  if (connectedOnes && all.some((one) => !isProvenAtRest(one.agent, one.history, snapshot))) {
    return hold(
      member,
      'after-restart',
      `${what}; its contact must be unbroken, and no work stamped, for 3 minutes`,
    )
  }
  return undefined
}

/** Why a cordoned or silent agent must not be ended because it may have work, or nothing. */
export function heldByWork({ evidence, ...member }: Member): Hold | undefined {
  if (evidence.kind === 'works') return hold(member, 'may-work', evidence.why)
  if (evidence.kind === 'unknown') return hold(member, 'evidence-unknown', evidence.why)
  return undefined
}

/**
 * Why one that lost work must not be ended yet, or nothing. The server gives work up long before an agent that is cut
 * off does; and contact, whether it lasted or came back, may be that of a second process with the same token.
 */
export function heldByLostWork(member: Member, { snapshot }: PlanInput): Hold | undefined {
  const { history, further, pool } = member
  const lostWorkAt = Math.max(
    ...[history, ...further.filter((each) => !each.isGivenUp).map((each) => each.history)].map(lastLoss),
  )
  const leftMs = lostWorkAt + pool.inactivityTimeoutMs - snapshot.takenAt
  if (leftMs <= 0) return undefined
  const left = formatDuration(leftMs)
  return hold(member, 'may-work', `it was cut off at work, and may have it still; kept for ${left} more`)
}

function lastLoss(history: Member['history']): number {
  return history?.lostWorkAt ?? 0
}

/**
 * Why a machine that no list has shown so far cannot be ended yet, or nothing: a cloud that does not find it would
 * call it gone, and it would be there a moment later. Contact proves that it is there, however old it is: perhaps in a
 * region or account of earlier settings, where it would be paid for on and on.
 */
export function heldByLateList(member: Member, { snapshot, memory, caution }: PlanInput): Hold | undefined {
  const { machine, machineHistory, name, sinceAt } = member
  if (machine || machineHistory?.lastListedAt !== undefined) return undefined
  const madeAt = Math.max(sinceAt, memory.launchEndedAt.get(name) ?? 0)
  if (snapshot.takenAt - madeAt < caution.listLagMs)
    return hold(member, 'may-appear', 'no list has shown its machine yet')
  if (!member.connected) return undefined
  const reason = 'it is in contact, but in no list: its machine may be in another region or account'
  return hold(member, 'may-appear', reason)
}

/**
 * Whether no list that could be read has shown the machine for as long as lists may be wrong: only then is it gone, and
 * not merely hidden.
 */
export function isSurelyGone(
  { machine, machineHistory }: Pick<Member, 'machine' | 'machineHistory'>,
  { snapshot, caution }: PlanInput,
): boolean {
  const missingSinceAt = machineHistory?.missingSinceAt
  if (machine || missingSinceAt === undefined || machineHistory!.machineMissing < 2) return false
  return snapshot.takenAt - missingSinceAt >= caution.listLagMs
}

export function hold(
  { pool, name }: Pick<Member, 'pool' | 'name'>,
  because: Hold['because'],
  reason: string,
): Hold {
  return { kind: 'hold', pool: pool.id, because, reason, subject: name }
}
