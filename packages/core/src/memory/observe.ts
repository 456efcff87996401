import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { observeAgents } from './agent-history.ts'
import { observeServer } from './disturbance.ts'
import { observeLists } from './list-shrink.ts'
import type { MachineHistory, Memory } from './memory.ts'

/**
 * The memory with what this snapshot adds. `poolOf` tells whose name it is; names of no pool of ours are
 * nobody's business.
 */
export function observe(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): Memory {
  const server = { ...memory, ...observeServer(memory, snapshot) }
  return {
    ...server,
    ...observeAgents(server, snapshot, poolOf),
    ...observeLists(memory, snapshot, poolOf),
    ...observeQueue(memory, snapshot),
    machines: observeMachines(memory, snapshot, poolOf),
  }
}

function observeQueue(
  memory: Memory,
  { queue, takenAt }: Snapshot,
): Pick<Memory, 'pendingSince' | 'runningTaskIds' | 'queueNeedsAgentTimes'> {
  if (!queue.ok) {
    const needsAgent = queue.error.kind === 'queue-needs-agent'
    return { ...memory, queueNeedsAgentTimes: needsAgent ? memory.queueNeedsAgentTimes + 1 : 0 }
  }
  const pendingSince = new Map<string, number>()
  const runningTaskIds = new Set<string>()
  for (const { id, state } of queue.value.tasks) {
    if (state === 'pending') pendingSince.set(id, memory.pendingSince.get(id) ?? takenAt)
    if (state === 'running') runningTaskIds.add(id)
  }
  return { pendingSince, runningTaskIds, queueNeedsAgentTimes: 0 }
}

function observeMachines(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): ReadonlyMap<string, MachineHistory> {
  if (!snapshot.agents.ok) return memory.machines
  const machines = new Map<string, MachineHistory>()
  const agentNames = new Set(snapshot.agents.value.agents.map((agent) => agent.name))
  const underWay = new Set(snapshot.inFlight.map((operation) => operation.name))
  for (const [pool, reading] of snapshot.machines) {
    // A list that could not be read, or that is older than this snapshot, says nothing new about absence.
    const isNews = reading.ok && reading.value.readAt >= snapshot.takenAt
    const listed = new Set(reading.ok ? reading.value.machines.map((machine) => machine.name) : [])
    const names = new Set(listed)
    for (const name of agentNames) if (poolOf(name) === pool) names.add(name)
    for (const name of names) {
      const before = memory.machines.get(name)
      const agentMissing = agentNames.has(name) || underWay.has(name) ? 0 : (before?.agentMissing ?? 0) + 1
      const missing = isNews ? (before?.machineMissing ?? 0) + 1 : (before?.machineMissing ?? 0)
      machines.set(name, {
        firstSeenAt: before?.firstSeenAt ?? snapshot.takenAt,
        agentMissing,
        machineMissing: listed.has(name) || underWay.has(name) ? 0 : missing,
      })
    }
  }
  return machines
}
