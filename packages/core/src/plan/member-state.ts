import { type Clocks, contactAgeMs, onOurClock } from '../evidence/contact.ts'
import type { Agent } from '../model/agent.ts'
import type { MemberState } from '../model/plan.ts'
import type { PoolPolicy } from '../model/pool.ts'
import { isCordonedByOthers } from './cordoned-by-others.ts'
import { isSurelyGone } from './may-end.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { hasLostMachine } from './without-machine.ts'

/** What is known of a member before its state is. */
export type KnownMember = Omit<
  Member,
  'state' | 'connected' | 'wasThereAtDisturbance' | 'takesNoRoom' | 'isUnfinished'
>

/** Where a member is in its life. */
export function stateOf(member: KnownMember, input: PlanInput, clocks: Clocks): MemberState {
  const { memory, caution } = input
  const { pool, agent, machine, operation } = member
  if (operation?.kind === 'launch' || operation?.kind === 'start') return 'launching'
  if (operation?.kind === 'terminate' || operation?.kind === 'forget') return 'ending'
  if (!agent) return 'orphan'
  const ageMs = clocks.takenAt - member.sinceAt
  const sinceLaunchMs = Math.min(ageMs, clocks.takenAt - (memory.launchEndedAt.get(agent.name) ?? 0))
  if (agent.lastContactAt === undefined) {
    if (sinceLaunchMs > caution.listLagMs && isSurelyGone(member, input)) return 'zombie'
    const stopped = machine?.state === 'stopped' && ageMs > caution.poweredOffMs
    // Of a launch that was repeated the record may be old, and the machine new.
    return stopped || sinceLaunchMs > pool.inactivityTimeoutMs ? 'lost' : 'booting'
  }
  if (hasLostMachine(member, input, clocks)) return 'zombie'
  if (isParked(member, onOurClock(agent.lastContactAt, clocks))) return 'parked'
  const startedAt = startedAgainAt(member, memory)
  if (startedAt > onOurClock(agent.lastContactAt, clocks)) {
    return clocks.takenAt - startedAt > pool.inactivityTimeoutMs ? 'silent' : 'booting'
  }
  if (isSilent(agent, member, clocks, memory.disturbance.at, caution.poweredOffMs)) return 'silent'
  const busy = member.running > 0 || member.evidence.kind === 'works'
  if (agent.cordoned && isCordonedByOthers(member, input)) return 'cordoned'
  if (agent.cordoned) return busy ? 'draining' : 'drained'
  return busy ? 'busy' : 'idle'
}

/** Stopped, as its pool keeps some; what stopped a moment ago may look running, and its agent in contact. */
function isParked(
  { pool, machine, history }: Pick<Member, 'pool' | 'machine' | 'history'>,
  lastContactAt: number,
): boolean {
  if (pool.parked.max === 0) return false
  if (machine?.state === 'stopped' || machine?.state === 'stopping') return true
  return history?.parkedAt !== undefined && lastContactAt <= history.parkedAt + 2_000
}

/** When a stopped machine was started; after our own restart nobody knows, so from then on it is given its time. */
function startedAgainAt(
  { pool, agent, machine }: Pick<Member, 'pool' | 'agent' | 'machine'>,
  memory: PlanInput['memory'],
): number {
  const known = agent && memory.launchEndedAt.get(agent.name)
  if (known !== undefined) return known
  return pool.parked.max > 0 && machine?.state === 'starting' ? memory.disturbance.at : 0
}

export function isSilent(
  agent: Agent,
  { pool, machine }: Pick<Member, 'pool' | 'machine'>,
  clocks: Clocks,
  disturbedAt: number,
  poweredOffMs: number,
): boolean {
  const silentMs = contactAgeMs(agent, clocks) ?? 0
  // A stopped machine runs nothing that could break its silence.
  if (machine?.state === 'stopped') return silentMs > poweredOffMs
  // While the server was away nobody could be in contact with it: silence counts from its return.
  return Math.min(silentMs, clocks.takenAt - disturbedAt) > silenceAllowedMs(pool)
}

/** An agent for one task leaves with it, or when it was cordoned: it does not come back. */
const EPHEMERAL_SILENCE_MS = 60_000

function silenceAllowedMs({ mode, inactivityTimeoutMs }: PoolPolicy): number {
  return mode === 'ephemeral' ? Math.min(EPHEMERAL_SILENCE_MS, inactivityTimeoutMs) : inactivityTimeoutMs
}
