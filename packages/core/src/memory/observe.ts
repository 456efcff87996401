import type { MachineHistory, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { observeAgents } from './agent-history.ts'
import { observeServer } from './disturbance.ts'
import { observeLists } from './list-shrink.ts'

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
    ...observeMachines(memory, snapshot, poolOf),
  }
}

function observeQueue(
  memory: Memory,
  { queue, work, takenAt }: Snapshot,
): Pick<Memory, 'pendingSince' | 'runningTaskIds' | 'unexplainedTaskIds' | 'queueNeedsAgentTimes'> {
  if (!queue.ok) {
    const needsAgent = queue.error.kind === 'queue-needs-agent'
    const { pendingSince, runningTaskIds, unexplainedTaskIds } = memory
    const queueNeedsAgentTimes = needsAgent ? memory.queueNeedsAgentTimes + 1 : 0
    return { pendingSince, runningTaskIds, unexplainedTaskIds, queueNeedsAgentTimes }
  }
  const pendingSince = new Map<string, number>()
  const runningTaskIds = new Set<string>()
  for (const { id, state } of queue.value.tasks) {
    if (state === 'pending') pendingSince.set(id, memory.pendingSince.get(id) ?? takenAt)
    if (state === 'running') runningTaskIds.add(id)
  }
  const unexplainedTaskIds = new Set<string>()
  if (!work?.ok) {
    const known = new Set(queue.value.tasks.map(({ id }) => id))
    for (const id of [...memory.unexplainedTaskIds, ...memory.runningTaskIds]) {
      if (!known.has(id)) unexplainedTaskIds.add(id)
    }
  }
  return {
    pendingSince,
    runningTaskIds,
    unexplainedTaskIds: latest(unexplainedTaskIds),
    queueNeedsAgentTimes: 0,
  }
}

/** Where the database is not asked for long, the latest thousand are enough to notice a restart. */
function latest(ids: ReadonlySet<string>): ReadonlySet<string> {
  return ids.size > 1_000 ? new Set([...ids].slice(-1_000)) : ids
}

function observeMachines(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): Pick<Memory, 'machines' | 'launchEndedAt' | 'removalBackOff'> {
  if (!snapshot.agents.ok) {
    const { machines, launchEndedAt, removalBackOff } = memory
    return { machines, launchEndedAt, removalBackOff }
  }
  const machines = new Map<string, MachineHistory>()
  const agentIds = new Map(snapshot.agents.value.agents.map(({ name, id }) => [name, id]))
  const underWay = new Set(snapshot.inFlight.map((operation) => operation.name))
  for (const [pool, reading] of snapshot.machines) {
    // A list that could not be read, or that was used before, says nothing new about absence.
    const isNews = reading.ok && !reading.value.reused
    const listed = new Set(reading.ok ? reading.value.machines.map((machine) => machine.name) : [])
    const names = new Set(listed)
    for (const name of agentIds.keys()) if (poolOf(name) === pool) names.add(name)
    for (const name of names) {
      const before = memory.machines.get(name)
      const agentMissing = agentIds.has(name) || underWay.has(name) ? 0 : (before?.agentMissing ?? 0) + 1
      const missing = isNews ? (before?.machineMissing ?? 0) + 1 : (before?.machineMissing ?? 0)
      machines.set(name, {
        firstSeenAt: before?.firstSeenAt ?? snapshot.takenAt,
        agentId: agentIds.get(name) ?? before?.agentId,
        agentMissing,
        machineMissing: listed.has(name) || underWay.has(name) ? 0 : missing,
      })
    }
  }
  const stillThere = <T>(byName: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...byName].filter(([name]) => machines.has(name) || underWay.has(name)))
  return {
    machines,
    launchEndedAt: stillThere(memory.launchEndedAt),
    removalBackOff: stillThere(memory.removalBackOff),
  }
}
