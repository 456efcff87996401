import type { Agent, AgentId } from '../model/agent.ts'
import type { AgentHistory, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { EARLIER_LIFE_MS } from './strangers.ts'

/** A request of ours whose answer was lost may act so late, and a heartbeat may write an older row over what we wrote. */
const OWN_WRITE_MS = 60_000
const NAMES_REMEMBERED = 1_000

type CordonHistory = Pick<AgentHistory, 'uncordonedSeenAt' | 'ownWriteAt' | 'cordonedByOthersAt'>

/**
 * Whose cordon an agent has. It is somebody else's where this process has seen the agent uncordoned, and nothing that
 * this process or an earlier one did can have cordoned it since. In doubt it is ours: then the drain goes on, and no
 * machine is paid for without end.
 */
export function observeCordon(
  before: AgentHistory | undefined,
  agent: Agent,
  snapshot: Snapshot,
  memory: Memory,
  poolOf: (name: string) => PoolId | undefined,
): CordonHistory {
  const { takenAt: at, inFlight } = snapshot
  const { name, cordoned } = agent
  const isWritten = inFlight.some((operation) => operation.name === name && operation.kind !== 'launch')
  const ownWriteAt = isWritten ? at : before?.ownWriteAt
  if (!cordoned) return { uncordonedSeenAt: at, ownWriteAt, cordonedByOthersAt: undefined }
  const { uncordonedSeenAt, cordonedByOthersAt } = before ?? {}
  const history = { uncordonedSeenAt, ownWriteAt, cordonedByOthersAt }
  if (cordonedByOthersAt !== undefined) return history
  if (!before) return memory.cordonedByOthers.has(name) ? { ...history, cordonedByOthersAt: at } : history
  if (uncordonedSeenAt === undefined || isWritten || hasStrangers(memory, poolOf(name))) return history
  const isOthers = uncordonedSeenAt > lastDoubtAt(name, ownWriteAt, memory)
  return isOthers ? { ...history, cordonedByOthersAt: at } : history
}

/** Until when a cordon of the agent may come from us. */
function lastDoubtAt(name: string, ownWriteAt: number | undefined, memory: Memory): number {
  const { startedAt, disturbance, madeNames } = memory
  const isMade = madeNames.has(name)
  if (isMade && ownWriteAt === undefined) return Number.NEGATIVE_INFINITY
  // A restored database brings back a cordon of ours that was lifted since; an earlier process may end its calls late.
  const ofEarlier = isMade ? 0 : startedAt + EARLIER_LIFE_MS
  return Math.max(ofEarlier, (ownWriteAt ?? 0) + OWN_WRITE_MS, disturbance.at)
}

/** Another process with the same pools cordons as we do. */
function hasStrangers({ strangers }: Memory, pool: PoolId | undefined): boolean {
  return pool !== undefined && [...strangers.values()].some((stranger) => stranger.pool === pool)
}

/** An agent that the list leaves out may be in the next one, still cordoned. */
export function namesCordonedByOthers(
  before: ReadonlySet<string>,
  listed: readonly Agent[],
  agents: ReadonlyMap<AgentId, AgentHistory>,
): ReadonlySet<string> {
  const cordoned = listed.filter(({ id }) => agents.get(id)?.cordonedByOthersAt !== undefined)
  if (before.size === 0 && cordoned.length === 0) return before
  const names = new Set(listed.map(({ name }) => name))
  const kept = [...before.difference(names), ...cordoned.map(({ name }) => name)]
  return new Set(kept.slice(-NAMES_REMEMBERED))
}
