import { type Clocks, contactAgeMs, onOurClock } from '../evidence/contact.ts'
import { UNSEEN_MS } from '../evidence/timings.ts'
import type { Agent } from '../model/agent.ts'
import { isSurelyGone } from './may-end.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Agents send a heartbeat each 10 s: one that has missed six, and whose machine is in no list, runs no more. */
const NO_HEARTBEAT_MS = 60_000

/** What is known of a record before the state of its member is. */
type Known = Pick<
  Member,
  'agent' | 'machine' | 'machineHistory' | 'operation' | 'name' | 'sinceAt' | 'standing'
>

/**
 * Whether the machine of a registered agent is gone for good: fresh lists have not shown it for as long as lists may be
 * wrong, and there is no heartbeat. Of a machine that is merely started again neither may be there yet.
 */
export function hasLostMachine(member: Known, input: PlanInput, clocks: Clocks): boolean {
  const { memory, caution } = input
  const { agent } = member
  if (!agent || !hasNoHeartbeat(agent, input, clocks)) return false
  const sinceLaunchMs = clocks.takenAt - (memory.launchEndedAt.get(member.name) ?? 0)
  return sinceLaunchMs > caution.listLagMs && isSurelyGone(member, input)
}

/**
 * Whether a record takes no room that a machine could use: its machine is gone for good, or it is of an earlier process
 * and so old that no machine can still appear for it. A machine that is in a list, or may be in the next, does count.
 */
export function takesNoRoom(
  member: Known & Pick<Member, 'state' | 'connected'>,
  input: PlanInput,
  clocks: Clocks,
): boolean {
  const { memory, snapshot } = input
  const { agent, machine, machineHistory, operation, standing, state } = member
  if (!agent || machine || standing || member.connected) return false
  if (operation && operation.kind !== 'forget') return false
  // Such a list may hide machines by the dozen.
  if (memory.listShrank && snapshot.takenAt < memory.listShrank.untilAt) return false
  if (state === 'zombie' || operation?.kind === 'forget') return isSurelyGone(member, input)
  if (memory.launchEndedAt.has(member.name) || machineHistory?.lastListedAt !== undefined) return false
  const lastSignAt = Math.max(member.sinceAt, onOurClock(agent.lastContactAt ?? 0, clocks))
  return (machineHistory?.machineMissing ?? 0) >= 2 && clocks.takenAt - lastSignAt > UNSEEN_MS
}

/** While the server was away nobody could send one: that counts from its return. */
function hasNoHeartbeat(agent: Agent, { memory }: PlanInput, clocks: Clocks): boolean {
  const silentMs = Math.min(contactAgeMs(agent, clocks) ?? 0, clocks.takenAt - memory.disturbance.at)
  return silentMs > NO_HEARTBEAT_MS
}
