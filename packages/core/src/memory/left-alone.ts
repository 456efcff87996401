import { agentsByName, operationsByName } from '../evidence/lists.ts'
import { DEAF_AFTER_MS } from '../evidence/timings.ts'
import type { LaunchedFor, Memory } from '../model/memory.ts'
import type { Outcome } from '../model/report.ts'
import type { Snapshot } from '../model/snapshot.ts'

/** Which task a machine was launched for. */
export function recordLaunchedFor(
  launchedFor: Memory['launchedFor'],
  { action, name, result, error }: Outcome,
): Memory['launchedFor'] {
  if (action.kind !== 'launch' || action.forTask === undefined) return launchedFor
  if (result !== 'done' && error?.mayHaveActed !== true) return launchedFor
  return new Map(launchedFor).set(name, { taskId: action.forTask, leftAlone: undefined })
}

/**
 * Notices agents that came up for a task, and leave it alone: free for long, while it could have been
 * started for as long. As long as the task is pending this is kept, also when the agent is gone.
 *
 * @param memory with what this snapshot says of agents and the queue
 */
export function observeLeftAlone(memory: Memory, snapshot: Snapshot): Pick<Memory, 'launchedFor'> {
  const { agents, queue, inFlight, takenAt } = snapshot
  const before = memory.launchedFor
  if (before.size === 0 || !agents.ok || !queue.ok || queue.value.paused) return { launchedFor: before }
  const records = agentsByName(agents.value.agents)
  const underWay = operationsByName(inFlight)
  const launchedFor = new Map<string, LaunchedFor>()
  for (const [name, entry] of before) {
    const pendingSince = memory.pendingSince.get(entry.taskId)
    if (pendingSince === undefined) continue
    const id = records.get(name)?.[0]?.id
    const freeSince = id === undefined ? undefined : memory.agents.get(id)?.freeSince
    const leavesAlone =
      freeSince !== undefined && takenAt - Math.max(freeSince, pendingSince) >= DEAF_AFTER_MS
    const { leftAlone } = entry
    // A server that has restarted since may well give it to the next.
    const isTrue = leftAlone !== undefined && leftAlone.seenAt > memory.disturbance.at
    if (leavesAlone && !underWay.has(name)) {
      const since = isTrue ? leftAlone.since : takenAt
      launchedFor.set(name, { ...entry, leftAlone: { since, seenAt: takenAt } })
    } else if (leftAlone ? isTrue : id !== undefined || underWay.has(name)) launchedFor.set(name, entry)
  }
  return { launchedFor }
}
