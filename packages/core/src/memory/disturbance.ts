import { taskIds } from '../evidence/lists.ts'
import type { Disturbance, Memory } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'

/** Whether the server was away, is back, or may have restarted, judged by the newest snapshot. */
export function observeServer(
  memory: Memory,
  snapshot: Snapshot,
): Pick<Memory, 'disturbance' | 'serverAwaySince' | 'judgedStreamBreakAt'> {
  const { disturbance, serverAwaySince, judgedStreamBreakAt } = memory
  if (seemsAway(snapshot)) {
    return { disturbance, judgedStreamBreakAt, serverAwaySince: serverAwaySince ?? snapshot.takenAt }
  }
  return {
    disturbance: newDisturbance(memory, snapshot) ?? disturbance,
    serverAwaySince: undefined,
    judgedStreamBreakAt: snapshot.streamBrokeAt,
  }
}

function seemsAway({ agents, queue }: Snapshot): boolean {
  return [agents, queue].some(
    (reading) =>
      !reading.ok && (reading.error.kind === 'transient' || reading.error.kind === 'unexpected-answer'),
  )
}

function newDisturbance(memory: Memory, snapshot: Snapshot): Disturbance | undefined {
  const at = snapshot.takenAt
  if (memory.serverAwaySince !== undefined) return { at, kind: 'away', awaySince: memory.serverAwaySince }
  if (isNewBreak(memory, snapshot) && mayHaveForgottenWork(memory, snapshot))
    return { at, kind: 'stream-broke' }
  if (hasForgottenWork(memory, snapshot)) return { at, kind: 'work-forgotten' }
  return undefined
}

/** Each break is judged once, by the first look after it. */
function isNewBreak(memory: Memory, { streamBrokeAt }: Snapshot): boolean {
  return streamBrokeAt !== undefined && streamBrokeAt !== memory.judgedStreamBreakAt
}

/**
 * Proxies cut streams too. A server that still shows a task as running which it showed before has not
 * restarted in between; and where nothing ran, nothing was forgotten.
 */
function mayHaveForgottenWork(memory: Memory, { queue }: Snapshot): boolean {
  if (memory.runningTaskIds.size === 0) return false
  return !(
    queue.ok &&
    queue.value.tasks.some((task) => task.state === 'running' && memory.runningTaskIds.has(task.id))
  )
}

/** A task left the queue, yet the database has it running: the queue's memory is new. */
function hasForgottenWork(memory: Memory, { queue, work }: Snapshot): boolean {
  if (!queue.ok || !work?.ok) return false
  const known = taskIds(queue.value.tasks)
  const { runningTaskIds } = work.value
  const left = [...memory.runningTaskIds, ...memory.unexplainedTaskIds]
  return left.some((id) => !known.has(id) && runningTaskIds.has(id))
}
