import type { Agent } from '../model/agent.ts'
import type { Memory } from '../model/memory.ts'
import { CONTACT_FRESH_MS } from './timings.ts'

/** Between the server's clock and ours: what was read, and when. */
export interface Clocks {
  readonly takenAt: number
  readonly serverNowAt: number
}

/** A time by the server's clock as one of ours. */
export function onOurClock(serverAt: number, clocks: Clocks): number {
  return serverAt + (clocks.takenAt - clocks.serverNowAt)
}

/** How long ago its last heartbeat was; `undefined`: it has never registered. */
export function contactAgeMs(agent: Agent, clocks: Clocks): number | undefined {
  return agent.lastContactAt === undefined ? undefined : Math.max(0, clocks.serverNowAt - agent.lastContactAt)
}

/** Its last heartbeat is fresh: it is there now. */
export function isInContact(agent: Agent, clocks: Clocks): boolean {
  const age = contactAgeMs(agent, clocks)
  return age !== undefined && age <= CONTACT_FRESH_MS
}

/**
 * In contact, or about to be: agents that were connected when the server went away need up to 14 s after
 * its return to notice it.
 */
export function isConnected(agent: Agent, clocks: Clocks, memory: Memory): boolean {
  if (isInContact(agent, clocks)) return true
  const { disturbance } = memory
  if (agent.lastContactAt === undefined || disturbance.awaySince === undefined) return false
  return (
    clocks.takenAt - disturbance.at <= CONTACT_FRESH_MS &&
    onOurClock(agent.lastContactAt, clocks) >= disturbance.awaySince - CONTACT_FRESH_MS
  )
}

/** Whether the agent was there when the server was last disturbed; one that has registered since is free of that. */
export function wasThereAtDisturbance(agent: Agent, clocks: Clocks, memory: Memory): boolean {
  const { at } = memory.disturbance
  const launchedAt = memory.launchEndedAt.get(agent.name)
  const unregisteredAt = memory.agents.get(agent.id)?.unregisteredSeenAt
  if (Math.max(launchedAt ?? 0, unregisteredAt ?? 0) >= at) return false
  // The server's times are whole seconds: two of them may differ by one from ours.
  return onOurClock(agent.createdAt, clocks) <= at + 2_000
}
