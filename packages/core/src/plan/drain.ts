import { onOurClock } from '../evidence/contact.ts'
import {
  AFTER_HEARTBEAT_MS,
  FIRST_IDLE_LOOK_MS,
  HEARTBEAT_MS,
  SECOND_IDLE_LOOK_MS,
} from '../evidence/timings.ts'
import type { Agent } from '../model/agent.ts'
import type { Cordon, Hold, Park, Terminate } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import type { AgentRecord } from './agent-record.ts'
import { readBackAt, waitsUntil } from './drain-times.ts'
import { heldByDisturbance, heldByLateList, heldByLostWork, heldByWork, hold } from './may-end.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { whyRenew } from './renewal.ts'
import { withFurther } from './sweep.ts'

/** So often a machine is asked to stop; then it is ended. */
const STOPS_AT_MOST = 3
/** Until the next record of the same name is written. */
const NEXT_RECORD_MS = 2_000

/** The next step of one cordoned agent on its way out, and when the one after it is due. */
export interface DrainStep {
  readonly action?: Cordon | Park | Terminate
  readonly hold?: Hold
  readonly wakeAt?: number
}

/**
 * The safe scale-down, one step a tick: cordoned, read back after a heartbeat, cordoned again (a poller
 * can slip past the first), seen idle twice, ended. An idle one is ended no earlier than at its timeout. Whatever step was last done before a crash, it goes on
 * from the cordon. `mayPark`: the machine is stopped in the end, and kept.
 */
export function drainStep(member: Member, input: PlanInput, mayPark: boolean): DrainStep {
  const { agent, evidence, connected } = member
  if (!agent) return {}
  if (!connected) {
    const left = member.pool.mode === 'ephemeral' ? endOfOneTask(member, input) : undefined
    return left ?? { hold: hold(member, 'drain-under-way', 'cordoned, but not in contact') }
  }
  if (evidence.kind === 'works') return { hold: hold(member, 'may-work', evidence.why) }
  const steps = [
    drainRecord({ ...member, agent }, member, input),
    ...member.further.map((record) =>
      record.connected ? drainRecord(record, member, input) : waitForSilent(record, member, input),
    ),
  ].flatMap((step) => step ?? [])
  if (steps.length > 0) return nextOf(steps, input)
  const endAt = waitsUntil(member, input)
  if (endAt !== undefined) return { wakeAt: endAt }
  const { pool, name, standing, further } = member
  const why = member.history?.drain?.reason
  const drained = {
    pool: pool.id,
    name,
    agent,
    ...withFurther(further),
    because: 'drained',
    reason: `${why === undefined ? '' : `${why}; `}cordoned twice, and seen idle twice after that`,
  } as const
  if (standing) return { action: { kind: 'park', standing: standing.id, ...drained } }
  // One that is to be renewed would never be started again, and one that cannot be stopped is paid for on and on.
  const stopsFailed = input.memory.removalBackOff.get(name)?.failures ?? 0
  const isKept = mayPark && !whyRenew(member, input) && stopsFailed < STOPS_AT_MOST
  return { action: { kind: isKept ? 'park' : 'terminate', ...drained } }
}

/** The next step of one agent of a machine; `undefined`: it has come to the end of them. */
function drainRecord(
  { agent, history }: Pick<AgentRecord, 'agent' | 'history'>,
  member: Member,
  input: PlanInput,
): DrainStep | undefined {
  const { takenAt } = input.snapshot
  const drain = history?.drain
  if (!drain) return { action: beginDrain(member, agent) }
  const { agents } = input.snapshot
  if (!agents.ok) return {}
  const readAt = readBackAt(agent, drain, { takenAt, serverNowAt: agents.value.serverNowAt })
  if (readAt !== undefined) {
    const isLate = takenAt - drain.cordonedAt > HEARTBEAT_MS + AFTER_HEARTBEAT_MS
    const late = hold(member, 'drain-under-way', 'no heartbeat has followed the cordon yet')
    return { wakeAt: readAt, ...(isLate && { hold: late }) }
  }
  const held = heldByDisturbance(member, input)
  if (held) return { hold: held }
  if (drain.cordonedAgainAt === undefined) {
    const reason = 'the agent may have been polling during the first cordon'
    return { action: cordon(member, agent, 'again', 'carried-on', reason) }
  }
  const work = heldBeforeItsEnd(member, input)
  if (work) return { hold: work }
  const secondLookAt = drain.cordonedAgainAt + SECOND_IDLE_LOOK_MS
  if (takenAt < secondLookAt) {
    const firstLookAt = drain.cordonedAgainAt + FIRST_IDLE_LOOK_MS
    return { wakeAt: takenAt < firstLookAt ? firstLookAt : secondLookAt }
  }
  if (drain.seenIdleAt === undefined || drain.seenIdleAt >= takenAt) {
    return { wakeAt: takenAt + FIRST_IDLE_LOOK_MS }
  }
  return undefined
}

/** A further agent of the machine takes tasks as well, until it is cordoned too. */
function beginDrain(member: Member, agent: Agent): Cordon {
  if (agent.cordoned) {
    return cordon(member, agent, 'first', 'carried-on', 'it is cordoned already: the drain goes on')
  }
  const reason = `agent ${agent.id} has the same name, and its machine is drained`
  return cordon(member, agent, 'first', 'same-name', reason)
}

/** A further agent that is out of contact cannot be cordoned safely: it is given the time to come back. */
function waitForSilent(
  { agent }: AgentRecord,
  member: Member,
  { snapshot, memory }: PlanInput,
): DrainStep | undefined {
  const { agents, takenAt } = snapshot
  if (agent.lastContactAt === undefined || !agents.ok) return undefined
  const clocks = { takenAt, serverNowAt: agents.value.serverNowAt }
  const silentSinceAt = Math.max(onOurClock(agent.lastContactAt, clocks), memory.disturbance.at)
  const leftMs = silentSinceAt + member.pool.inactivityTimeoutMs - takenAt
  if (leftMs <= 0) return undefined
  const reason = `agent ${agent.id} of the same name has no heartbeat, and may come back; kept for ${formatDuration(leftMs)} more`
  return { hold: hold(member, 'drain-under-way', reason) }
}

/** What is to be done comes before what is waited for; of several records one is written at a time. */
function nextOf(steps: readonly DrainStep[], { snapshot }: PlanInput): DrainStep {
  const [first, second] = steps.filter(({ action }) => action)
  if (first) return second ? { ...first, wakeAt: snapshot.takenAt + NEXT_RECORD_MS } : first
  const held = steps.find((step) => step.hold)
  if (held) return held
  return { wakeAt: Math.min(...steps.flatMap(({ wakeAt }) => wakeAt ?? [])) }
}

/** Why it must not be ended yet, drained as it is, or nothing. */
function heldBeforeItsEnd(member: Member, input: PlanInput): Hold | undefined {
  return heldByWork(member) ?? heldByLostWork(member, input) ?? heldByLateList(member, input)
}

/** It leaves by itself after its one task, or, cordoned, without any: it needs not come back to be ended. */
function endOfOneTask(member: Member, input: PlanInput): DrainStep {
  const { pool, name, agent, further } = member
  const held = heldByDisturbance(member, input) ?? heldBeforeItsEnd(member, input)
  if (held) return { hold: held }
  const reason = 'its machine was for one task, and its agent has left'
  const what = { pool: pool.id, name, agent, ...withFurther(further) }
  return { action: { kind: 'terminate', ...what, because: 'one-task', reason } }
}

function cordon(
  { pool }: Member,
  agent: Agent,
  round: Cordon['round'],
  because: Cordon['because'],
  reason: string,
): Cordon {
  return { kind: 'cordon', pool: pool.id, agent, because, reason, round }
}
