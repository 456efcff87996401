import { type Clocks, onOurClock } from '../evidence/contact.ts'
import {
  AFTER_HEARTBEAT_MS,
  EARLY_DRAIN_FROM_MS,
  HEARTBEAT_MS,
  SECOND_IDLE_LOOK_MS,
} from '../evidence/timings.ts'
import type { Agent } from '../model/agent.ts'
import type { Drain } from '../model/memory.ts'
import { idleSinceAt } from './idle.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Before the heartbeat that is to follow the cordon: for the tick that is late, and for the write. */
const BEFORE_HEARTBEAT_MS = 3_500
/** For the ticks between the steps. */
const STEPS_TAKE_MS = 500
/** Work that is stamped late moves the end of the idle time: a drained agent does not wait for longer than that. */
const WAITS_AT_MOST_MS = 90_000

/** When its idle time is over. */
export function timeoutAt(member: Member, input: PlanInput): number {
  return idleSinceAt(member, input) + member.pool.idleTimeoutMs
}

/**
 * When an idle agent is to be cordoned so that its drain is over at its timeout: right before the last heartbeat that
 * leaves time for the rest. A task that comes meanwhile uncordons it at once.
 */
export function cordonAt(member: Member, input: PlanInput): number {
  const endAt = timeoutAt(member, input)
  const { agents, takenAt } = input.snapshot
  const lastContactAt = member.agent?.lastContactAt
  if (member.pool.idleTimeoutMs < EARLY_DRAIN_FROM_MS || !agents.ok || lastContactAt === undefined)
    return endAt
  const clocks: Clocks = { takenAt, serverNowAt: agents.value.serverNowAt }
  const beatAt = onOurClock(lastContactAt, clocks)
  const lastBeatBy = endAt - SECOND_IDLE_LOOK_MS - AFTER_HEARTBEAT_MS - STEPS_TAKE_MS
  const beats = Math.floor((lastBeatBy - beatAt) / HEARTBEAT_MS)
  return beatAt + beats * HEARTBEAT_MS - BEFORE_HEARTBEAT_MS
}

/** When the next idle members are to be cordoned. */
export function cordonTimes(members: readonly Member[], input: PlanInput): readonly number[] {
  const { takenAt } = input.snapshot
  return members.flatMap((member) => {
    if (member.state !== 'idle' || member.pool.billing === 'hour') return []
    const at = cordonAt(member, input)
    return at > takenAt ? [at] : []
  })
}

/** Until when a drained agent waits for the end of its idle time; `undefined`: it does not. */
export function waitsUntil(member: Member, input: PlanInput): number | undefined {
  const { pool, history } = member
  if (history?.drain?.because !== 'idle' || pool.billing === 'hour') return undefined
  const leftMs = timeoutAt(member, input) - input.snapshot.takenAt
  return leftMs > 0 && leftMs <= WAITS_AT_MOST_MS ? input.snapshot.takenAt + leftMs : undefined
}

/** The same right after the cordon, from the record as it was written. */
export function readBackInMs({ lastContactAt = 0, updatedAt }: Agent): number {
  const beats = Math.floor((updatedAt - lastContactAt) / HEARTBEAT_MS) + 1
  return lastContactAt + beats * HEARTBEAT_MS - updatedAt + AFTER_HEARTBEAT_MS
}

/**
 * When it can be read back whether the cordon stays: a moment after the heartbeat that follows it, by the agent's own
 * times. `undefined`: at once.
 */
export function readBackAt(agent: Agent, drain: Drain, clocks: Clocks): number | undefined {
  const lastContactAt = agent.lastContactAt ?? 0
  if (lastContactAt <= drain.cordonedAtServer) {
    const beats = Math.floor((drain.cordonedAtServer - lastContactAt) / HEARTBEAT_MS) + 1
    const nextBeatAt = onOurClock(lastContactAt + beats * HEARTBEAT_MS, clocks)
    return Math.max(nextBeatAt + AFTER_HEARTBEAT_MS, clocks.takenAt + AFTER_HEARTBEAT_MS)
  }
  // Of a later heartbeat nobody has to wait for the writing: the one before it followed the cordon too.
  if (lastContactAt - drain.cordonedAtServer > HEARTBEAT_MS + 1_000) return undefined
  const leftMs = AFTER_HEARTBEAT_MS - (clocks.serverNowAt - lastContactAt)
  return leftMs > 0 ? clocks.takenAt + leftMs : undefined
}
