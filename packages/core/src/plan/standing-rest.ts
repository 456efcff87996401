import { SILENT_EXTRA_MS, STOPPING_HANGS_AFTER_MS } from '../evidence/timings.ts'
import type { AgentId } from '../model/agent.ts'
import type { Action, Cordon, Hold, Park } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import { isCordonedByOthers } from './cordoned-by-others.ts'
import { type DrainStep, drainStep } from './drain.ts'
import { idleSinceAt } from './idle.ts'
import { heldByDisturbance, hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { uncordonFurther } from './same-name.ts'
import { whyDue } from './shrink.ts'
import { backingOff, isUnnamed } from './standing-start.ts'
import { heldSilent, withFurther } from './sweep.ts'

/** What makes a pool smaller, what does not, and when to look again. */
export interface Endings {
  readonly actions: readonly Action[]
  readonly holds: readonly Hold[]
  readonly wakeTimes: readonly number[]
}

/**
 * Lets machines that were made by hand rest: stopped, where another machine would be ended, and by the same
 * steps. Nothing of theirs is ever deleted.
 */
export function restStanding(
  { standing, known }: PoolMembers,
  input: PlanInput,
  isWanted: (member: Member) => boolean,
  calledBack: ReadonlySet<AgentId>,
): Endings {
  if (!known || !input.snapshot.queue.ok) return { actions: [], holds: [], wakeTimes: [] }
  const back = uncordonFurther(standing)
  const steps = standing
    .filter(({ operation, agent }) => !operation && !(agent && calledBack.has(agent.id)))
    .map((member) => withPatience(restStep(member, input, isWanted), member, input))
  return {
    actions: [...steps.flatMap(({ action }) => action ?? []), ...back],
    holds: steps.flatMap(({ hold }) => hold ?? []),
    wakeTimes: steps.flatMap(({ wakeAt }) => wakeAt ?? []),
  }
}

/** What stands in the way of machines that were made by hand, whatever is wanted of them. */
export function standingHolds(pools: readonly PoolMembers[], input: PlanInput): readonly Hold[] {
  const { snapshot } = input
  const gone = [...snapshot.machines].flatMap(([pool, reading]) =>
    (reading.ok ? reading.value.standing : [])
      .filter(({ state }) => state === 'gone')
      .map(({ id }): Hold => {
        const reason = `there is no machine ${id} (any more): nothing starts it`
        return { kind: 'hold', pool, because: 'standing-gone', reason, subject: id }
      }),
  )
  const standing = pools.flatMap((pool) => pool.standing)
  const lost = standing.flatMap((member) => {
    const { agent, standing } = member
    if (!snapshot.agents.ok || agent || standing?.agentId === undefined) return []
    return [hold(member, 'agent-unknown', `the server has no agent ${standing.agentId}: left as it is`)]
  })
  return [...gone, ...lost, ...standing.flatMap((member) => backingOff(member, input) ?? [])]
}

function restStep(member: Member, input: PlanInput, isWanted: (member: Member) => boolean): DrainStep {
  const { agent, history, state, pool } = member
  if (isUnnamed(member)) return restUnnamed(member, input)
  if (isCordonedByOthers(member, input)) return {}
  if (!agent) return {}
  switch (state) {
    case 'idle':
      return isWanted(member) ? {} : restIdle(member, input)
    case 'draining':
    case 'drained':
      // Started by hand it comes up cordoned: it has its idle time, and is called back by the first task.
      if (!history?.drain && standingIdleMs(member, input) < pool.idleTimeoutMs) return {}
      return drainStep(member, input, true)
    case 'silent':
    case 'lost': {
      const held = heldSilent(member, input)
      return held
        ? { hold: held }
        : { action: park(member, 'silent', 'started, but its agent is not in contact') }
    }
    case 'parked':
      return hasLeftPollers(member)
        ? { action: sendPollersAway(member) }
        : forceStop(member, input, heldSilent(member, input))
    default:
      return {}
  }
}

function restIdle(member: Member, input: PlanInput): DrainStep {
  if (!member.connected || standingIdleMs(member, input) < member.pool.idleTimeoutMs) return {}
  const due = whyDue(member, input)
  if (due?.kind !== 'cordon') return due ? { hold: due } : {}
  const held = heldByDisturbance(member, input)
  return held ? { hold: held } : { action: due }
}

/** Stopped by hand, or by itself: at the server its pollers may still be given tasks. */
function hasLeftPollers({ agent, standing, connected }: Member): boolean {
  const wasThere = agent?.lastContactAt !== undefined && !connected
  return wasThere && !agent.cordoned && standing?.state === 'stopped'
}

function sendPollersAway({ pool, agent }: Member): Cordon {
  const reason = 'its machine is stopped, and pollers that it left could still be given tasks'
  return { kind: 'cordon', pool: pool.id, agent: agent!, because: 'carried-on', reason, round: 'first' }
}

/** From its start too, whoever started it, and from when its agent came up. */
function standingIdleMs(member: Member, input: PlanInput): number {
  const { history, standing } = member
  const startedAt = Math.max(standing?.startedAt ?? 0, history?.contactUnbrokenSince ?? 0)
  return input.snapshot.takenAt - Math.max(startedAt, idleSinceAt(member, input))
}

/**
 * Nobody can cordon an agent that nobody has named, nor see what it does: its machine rests when the queue
 * was empty, and all agents idle, for as long as one agent may be idle.
 */
function restUnnamed(member: Member, input: PlanInput): DrainStep {
  const { pool, standing, state } = member
  const { quietSince } = input.memory
  const held = heldByDisturbance(member, input)
  if (state === 'parked') return forceStop(member, input, held ?? heldByAnyWork(member, input))
  const { takenAt } = input.snapshot
  const quietMs = takenAt - Math.max(quietSince ?? takenAt, standing?.startedAt ?? 0)
  if (quietSince === undefined || quietMs < pool.idleTimeoutMs) {
    const reason = `nobody has said which agent is on it: it is stopped once no task was in the queue for ${formatDuration(pool.idleTimeoutMs)}`
    return { hold: hold(member, 'agent-unknown', reason) }
  }
  if (held) return { hold: held }
  return { action: park(member, 'all-quiet', `the queue was empty for ${formatDuration(quietMs)}`) }
}

/** Any work there is may be its agent's, for as long as a pipeline may take. */
function heldByAnyWork(member: Member, { snapshot, caution }: PlanInput): Hold | undefined {
  const { queue, work, takenAt } = snapshot
  const keptUntilAt =
    (member.standing?.stoppingSince ?? takenAt) + caution.longestPipelineMs + SILENT_EXTRA_MS
  const isGiven = queue.ok && queue.value.tasks.some(({ agentId }) => agentId !== undefined)
  const mayWork = isGiven || !work?.ok || work.value.workingAgentIds.size > 0
  return mayWork && takenAt < keptUntilAt ? hold(member, 'may-work', 'its agent may have work') : undefined
}

/** One that has hung in `stopping` for long is asked to stop once more, which the provider does by force. */
function forceStop(member: Member, { snapshot }: PlanInput, held: Hold | undefined): DrainStep {
  const since = member.standing?.stoppingSince
  if (member.standing?.state !== 'stopping' || since === undefined) return {}
  const hangsMs = snapshot.takenAt - since
  if (hangsMs < STOPPING_HANGS_AFTER_MS) return {}
  const reason = `it has been stopping for ${formatDuration(hangsMs)}`
  if (held) return { hold: hold(member, 'stopping-hangs', `${reason}, and is not forced: ${held.reason}`) }
  if (member.connected) return { hold: hold(member, 'stopping-hangs', `${reason}, and its agent is there`) }
  return { action: park(member, 'hangs', reason) }
}

/** A stop that has just failed is tried again later. */
function withPatience(step: DrainStep, member: Member, input: PlanInput): DrainStep {
  return step.action?.kind === 'park' && backingOff(member, input) ? {} : step
}

function park(
  { pool, name, agent, further, standing }: Member,
  because: Park['because'],
  reason: string,
): Park {
  const what = { pool: pool.id, name, agent, ...withFurther(further) }
  return { kind: 'park', ...what, because, reason, standing: standing!.id }
}
