import { hasEnded } from '../evidence/ended.ts'
import { agentsByName, operationsByName, recordedNames, taskIds } from '../evidence/lists.ts'
import { sortPending } from '../evidence/pending-tasks.ts'
import { UNSEEN_MS } from '../evidence/timings.ts'
import type { MachineHistory, Memory } from '../model/memory.ts'
import { type PoolId, plainPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { observeAgents } from './agent-history.ts'
import { observeServer } from './disturbance.ts'
import { observeEndings } from './endings.ts'
import { observeInterference } from './interference.ts'
import { observeRegistered } from './launched.ts'
import { observeLaunches } from './launches.ts'
import { observeLists } from './list-shrink.ts'
import { observeStanding } from './observe-standing.ts'
import { observeStrangers } from './strangers.ts'

/**
 * The memory with what this snapshot adds. `poolOf` tells whose name it is; names of no pool of ours are
 * nobody's business. `bootAllowanceOf`: `PoolPolicy.bootAllowanceMs`.
 */
export function observe(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
  bootAllowanceOf: (pool: PoolId) => number = () => plainPolicy.bootAllowanceMs,
): Memory {
  const server = { ...memory, ...observeServer(memory, snapshot) }
  const seen = observeAgents(server, snapshot, poolOf)
  const machines = observeMachines(memory, snapshot, poolOf)
  const { early, ...strangers } = observeStrangers(memory, snapshot, poolOf)
  return {
    ...server,
    ...seen,
    ...observeStanding(memory, seen.agents, snapshot),
    ...observeLists(memory, snapshot, poolOf),
    ...observeQueue(server, snapshot),
    ...machines,
    ...observeLaunches(
      { ...server, ...seen, machines: machines.machines },
      snapshot,
      poolOf,
      bootAllowanceOf,
    ),
    ...strangers,
    ...observeInterference(server, snapshot, seen.agents, early, poolOf),
    ...observeEndings(memory, snapshot),
    offerings: observeOfferings(memory, snapshot),
    trials: { ...memory.trials, ...observeRegistered(memory.trials, snapshot) },
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
    if (state === 'running') runningTaskIds.add(id)
  }
  const { runnable, requeued } = sortPending(queue.value.tasks)
  for (const { id } of [...runnable, ...requeued])
    pendingSince.set(id, memory.pendingSince.get(id) ?? takenAt)
  const unexplainedTaskIds = new Set<string>()
  // What left the queue before the newest disturbance is explained by it, and proves no other one later.
  if (!work?.ok && memory.disturbance.at !== takenAt) {
    const known = taskIds(queue.value.tasks)
    for (const ids of [memory.unexplainedTaskIds, memory.runningTaskIds])
      for (const id of ids) if (!known.has(id)) unexplainedTaskIds.add(id)
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

function observeOfferings({ offerings }: Memory, { machines }: Snapshot): Memory['offerings'] {
  const known = new Map(offerings)
  for (const [pool, reading] of machines)
    if (reading.ok && reading.value.offerings.length > 0) known.set(pool, reading.value.offerings)
  return known
}

/** While lists cannot be read, or are those of before, nobody can say that it is missing. */
function missingSince(
  before: MachineHistory | undefined,
  isListed: boolean,
  isNews: boolean,
  takenAt: number,
): number | undefined {
  if (isListed) return undefined
  return before?.missingSinceAt ?? (isNews ? takenAt : undefined)
}

function observeMachines(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): Pick<Memory, 'machines' | 'launchEndedAt' | 'removalBackOff' | 'machineTypes'> {
  if (!snapshot.agents.ok) {
    const { machines, launchEndedAt, removalBackOff, machineTypes } = memory
    return { machines, launchEndedAt, removalBackOff, machineTypes }
  }
  const machines = new Map<string, MachineHistory>()
  const { agents } = snapshot.agents.value
  const records = agentsByName(agents)
  const recorded = recordedNames(agents)
  const underWay = operationsByName(snapshot.inFlight)
  for (const [pool, reading] of snapshot.machines) {
    // A list that could not be read, or that was used before, says nothing new about absence.
    const isNews = reading.ok && !reading.value.reused
    const look = (name: string, isListed: boolean, isStarting = false): void => {
      const before = memory.machines.get(name)
      const isBusy = underWay.has(name)
      const agentId = records.get(name)?.[0]?.id
      const missing = (before?.machineMissing ?? 0) + (isNews ? 1 : 0)
      machines.set(name, {
        firstSeenAt: before?.firstSeenAt ?? snapshot.takenAt,
        agentId: agentId ?? before?.agentId,
        agentMissing: agentId !== undefined || isBusy ? 0 : (before?.agentMissing ?? 0) + 1,
        machineMissing: isListed || isBusy ? 0 : missing,
        lastListedAt: isListed ? snapshot.takenAt : before?.lastListedAt,
        missingSinceAt: missingSince(before, isListed, isNews, snapshot.takenAt),
        startingSeenAt: isStarting ? snapshot.takenAt : before?.startingSeenAt,
      })
    }
    if (reading.ok)
      for (const { name, state } of reading.value.machines) look(name, true, state === 'starting')
    for (const name of recorded.get(pool) ?? []) if (!machines.has(name)) look(name, false)
  }
  for (const [name, history] of memory.machines) {
    if (machines.has(name) || hasEnded(memory, name) || history.lastListedAt === undefined) continue
    const reading = snapshot.machines.get(poolOf(name) ?? '')
    const isNews = reading?.ok === true && !reading.value.reused
    const missingSinceAt = missingSince(history, false, isNews, snapshot.takenAt)
    const mayAppear = snapshot.takenAt - (missingSinceAt ?? snapshot.takenAt) < UNSEEN_MS
    if (reading && mayAppear) machines.set(name, { ...history, missingSinceAt })
  }
  // Machines that were made by hand are known by their agent's name, whatever that is, or by their id.
  const standing = new Set(
    [...snapshot.machines.values()].flatMap((reading) =>
      reading.ok ? reading.value.standing.map(({ id }) => id) : [],
    ),
  )
  const isThere = (name: string): boolean =>
    machines.has(name) || underWay.has(name) || records.has(name) || standing.has(name)
  const stillThere = <T>(byName: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...byName].filter(([name]) => isThere(name)))
  const launchEndedAt = new Map<string, number>()
  for (const [name, at] of memory.launchEndedAt)
    if (isThere(name) || snapshot.takenAt - at < UNSEEN_MS) launchEndedAt.set(name, at)
  return {
    machines,
    launchEndedAt,
    removalBackOff: stillThere(memory.removalBackOff),
    machineTypes: stillThere(memory.machineTypes),
  }
}
