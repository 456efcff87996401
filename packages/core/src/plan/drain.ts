import { CORDON_READ_BACK_MS, FIRST_IDLE_LOOK_MS, SECOND_IDLE_LOOK_MS } from '../evidence/timings.ts'
import type { Cordon, Hold, Park, Terminate } from '../model/plan.ts'
import { heldByDisturbance, heldByLateList, heldByLostWork, heldByWork, hold } from './may-end.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { whyRenew } from './renewal.ts'

/** So often a machine is asked to stop; then it is ended. */
const STOPS_AT_MOST = 3

/** The next step of one cordoned agent on its way out, and when the one after it is due. */
export interface DrainStep {
  readonly action?: Cordon | Park | Terminate
  readonly hold?: Hold
  readonly wakeAt?: number
}

/**
 * The safe scale-down, one step a tick: cordoned, read back after a heartbeat, cordoned again (a poller
 * can slip past the first), seen idle twice, ended. Whatever step was last done before a crash, it goes on
 * from the cordon. `mayPark`: the machine is stopped in the end, and kept.
 */
export function drainStep(member: Member, input: PlanInput, mayPark: boolean): DrainStep {
  const { agent, history, evidence, connected } = member
  const { takenAt } = input.snapshot
  const drain = history?.drain
  if (!agent) return {}
  if (!connected) {
    const left = member.pool.mode === 'ephemeral' ? endOfOneTask(member, input) : undefined
    return left ?? { hold: hold(member, 'drain-under-way', 'cordoned, but not in contact') }
  }
  if (evidence.kind === 'works') return { hold: hold(member, 'may-work', evidence.why) }
  if (!drain) return { action: cordon(member, 'first', 'it was cordoned already; carrying on') }
  const readBackAt = drain.cordonedAt + CORDON_READ_BACK_MS
  if (takenAt < readBackAt) return { wakeAt: readBackAt }
  if ((agent.lastContactAt ?? 0) <= drain.cordonedAtServer) {
    return { hold: hold(member, 'drain-under-way', 'no heartbeat has followed the cordon yet') }
  }
  const held = heldByDisturbance(member, input)
  if (held) return { hold: held }
  if (drain.cordonedAgainAt === undefined) {
    return { action: cordon(member, 'again', 'for a poller that slipped past the first cordon') }
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
  const { pool, name, standing } = member
  const drained = {
    pool: pool.id,
    name,
    agent,
    because: 'drained',
    reason: 'cordoned twice, and seen idle twice after that',
  } as const
  if (standing) return { action: { kind: 'park', standing: standing.id, ...drained } }
  // One that is to be renewed would never be started again, and one that cannot be stopped is paid for on and on.
  const stopsFailed = input.memory.removalBackOff.get(name)?.failures ?? 0
  const isKept = mayPark && !whyRenew(member, input) && stopsFailed < STOPS_AT_MOST
  return { action: { kind: isKept ? 'park' : 'terminate', ...drained } }
}

/** Why it must not be ended yet, drained as it is, or nothing. */
function heldBeforeItsEnd(member: Member, input: PlanInput): Hold | undefined {
  return heldByWork(member) ?? heldByLostWork(member, input) ?? heldByLateList(member, input)
}

/** It leaves by itself after its one task, or, cordoned, without any: it needs not come back to be ended. */
function endOfOneTask(member: Member, input: PlanInput): DrainStep {
  const { pool, name, agent } = member
  const held = heldByDisturbance(member, input) ?? heldBeforeItsEnd(member, input)
  if (held) return { hold: held }
  const reason = 'its machine was for one task, and its agent has left'
  return { action: { kind: 'terminate', pool: pool.id, name, agent, because: 'one-task', reason } }
}

function cordon({ pool, agent }: Member, round: Cordon['round'], reason: string): Cordon {
  return { kind: 'cordon', pool: pool.id, agent: agent!, because: 'carried-on', reason, round }
}
