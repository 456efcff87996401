import { type Clocks, isConnected, isInContact, onOurClock } from '../evidence/contact.ts'
import { operationsByName } from '../evidence/lists.ts'
import { FIRST_IDLE_LOOK_MS } from '../evidence/timings.ts'
import { findWork, indexWork, type WorkEvidence, type WorkIndex } from '../evidence/work.ts'
import type { Agent, AgentId } from '../model/agent.ts'
import type { AgentHistory, Drain, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { namesCordonedByOthers, observeCordon } from './cordons-of-others.ts'

const BOOTS_REMEMBERED = 20

/** What this snapshot adds to what is known of each agent; agents that are gone are forgotten. */
export function observeAgents(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): Pick<Memory, 'agents' | 'bootTimesMs' | 'cordonedByOthers'> {
  if (!snapshot.agents.ok) {
    const { agents, bootTimesMs, cordonedByOthers } = memory
    return { agents, bootTimesMs, cordonedByOthers }
  }
  const clocks = { takenAt: snapshot.takenAt, serverNowAt: snapshot.agents.value.serverNowAt }
  const agents = new Map<AgentId, AgentHistory>()
  const boots = new Map(memory.bootTimesMs)
  const index = indexWork(snapshot)
  const underWay = operationsByName(snapshot.inFlight)
  for (const agent of snapshot.agents.value.agents) {
    const before = sameAgent(memory.agents.get(agent.id), agent)
    const after = observeAgent(before, agent, clocks, snapshot, memory, index, poolOf)
    // What was being written while this was read may be older or newer than the writing.
    const settled =
      before && underWay.has(agent.name)
        ? { ...after, drain: before.drain, cordonsReverted: before.cordonsReverted }
        : after
    agents.set(agent.id, settled)
    // Seen for the first time while it boots, and now in contact: that is a boot time.
    const hasBooted = before && !before.firstContactSeenAt && after.firstContactSeenAt
    const pool = hasBooted ? poolOf(agent.name) : undefined
    if (pool !== undefined) {
      const begunAt = memory.launchEndedAt.get(agent.name) ?? onOurClock(agent.createdAt, clocks)
      const bootMs = Math.max(0, snapshot.takenAt - begunAt)
      boots.set(pool, [...(boots.get(pool) ?? []), bootMs].slice(-BOOTS_REMEMBERED))
    }
  }
  const listed = snapshot.agents.value.agents
  const cordonedByOthers = namesCordonedByOthers(memory.cordonedByOthers, listed, agents)
  return { agents, bootTimesMs: boots, cordonedByOthers }
}

function sameAgent(history: AgentHistory | undefined, agent: Agent): AgentHistory | undefined {
  return history?.createdAt === agent.createdAt ? history : undefined
}

function observeAgent(
  before: AgentHistory | undefined,
  agent: Agent,
  clocks: Clocks,
  snapshot: Snapshot,
  memory: Memory,
  index: WorkIndex,
  poolOf: (name: string) => PoolId | undefined,
): AgentHistory {
  const at = snapshot.takenAt
  const inContact = isInContact(agent, clocks)
  const hasRegistered = agent.lastContactAt !== undefined
  // Contact before the server went away says nothing about what happened meanwhile.
  const unbroken = memory.disturbance.at === at ? undefined : before?.contactUnbrokenSince
  const contactUnbrokenSince = inContact ? (unbroken ?? at) : undefined
  const running = index.runningByAgent.get(agent.id) ?? 0
  const evidence = findWork(agent, { contactUnbrokenSince }, snapshot, index)
  const busy = evidence.kind === 'works'
  const losesWork =
    index.losers.has(agent.id) || (busy && hasRegistered && !isConnected(agent, clocks, memory))
  const hasWorked = before?.lastSeenBusyAt !== undefined
  const isFree = inContact && !agent.cordoned && running < agent.capacity
  // Without a readable queue, or while it is paused, an agent cannot show that it is deaf.
  const mayShow = snapshot.queue.ok && !snapshot.queue.value.paused
  return {
    createdAt: agent.createdAt,
    unregisteredSeenAt: hasRegistered ? before?.unregisteredSeenAt : at,
    firstContactSeenAt: before?.firstContactSeenAt ?? (hasRegistered ? at : undefined),
    contactUnbrokenSince,
    lastSeenBusyAt: busy ? at : before?.lastSeenBusyAt,
    restsSince: busy ? undefined : (before?.restsSince ?? (hasWorked && snapshot.queue.ok ? at : undefined)),
    lostWorkAt: losesWork ? at : before?.lostWorkAt,
    freeSince: isFree && mayShow ? (before?.freeSince ?? at) : undefined,
    uncordonedAt: before?.uncordonedAt,
    parkedAt: before?.parkedAt,
    uncordonFailedAt: before?.uncordonFailedAt,
    drain: observeDrain(before?.drain, agent, evidence, at),
    // Undone by a heartbeat that wrote an older row, or by somebody: whether to begin again is for the plan.
    cordonsReverted: (before?.cordonsReverted ?? 0) + (before?.drain && !agent.cordoned ? 1 : 0),
    ...observeCordon(before, agent, snapshot, memory, poolOf),
  }
}

function observeDrain(
  drain: Drain | undefined,
  agent: Agent,
  evidence: WorkEvidence,
  at: number,
): Drain | undefined {
  if (!drain || !agent.cordoned) return undefined
  // Work after the second cordon came from a poller that stayed: that one is gone now, so cordon once more.
  if (evidence.kind === 'works') return { ...drain, cordonedAgainAt: undefined, seenIdleAt: undefined }
  if (drain.cordonedAgainAt === undefined || drain.seenIdleAt !== undefined) return drain
  const looked = at >= drain.cordonedAgainAt + FIRST_IDLE_LOOK_MS
  return looked && evidence.kind === 'none' ? { ...drain, seenIdleAt: at } : drain
}
