import type { Snapshot } from '../model/snapshot.ts'
import type { Disturbance, Memory } from './memory.ts'

/** Whether the server was away, is back, or may have restarted, judged by the newest snapshot. */
export function observeServer(
  memory: Memory,
  snapshot: Snapshot,
): Pick<Memory, 'disturbance' | 'serverAwaySince'> {
  if (seemsAway(snapshot)) {
    return { disturbance: memory.disturbance, serverAwaySince: memory.serverAwaySince ?? snapshot.takenAt }
  }
  return { disturbance: newDisturbance(memory, snapshot) ?? memory.disturbance, serverAwaySince: undefined }
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
  const broke = snapshot.streamBrokeAt
  if (broke !== undefined && broke > memory.disturbance.at && !remembersWork(memory, snapshot)) {
    return { at, kind: 'stream-broke' }
  }
  if (hasForgottenWork(memory, snapshot)) return { at, kind: 'work-forgotten' }
  return undefined
}

/** A server that still shows a task as running which it showed before has not restarted in between. */
function remembersWork(memory: Memory, { queue }: Snapshot): boolean {
  if (!queue.ok) return false
  return queue.value.tasks.some((task) => task.state === 'running' && memory.runningTaskIds.has(task.id))
}

/** A task left the queue, yet the database has it running: the queue's memory is new. */
function hasForgottenWork(memory: Memory, { queue, work }: Snapshot): boolean {
  if (!queue.ok || !work?.ok) return false
  const known = new Set(queue.value.tasks.map((task) => task.id))
  const { runningTaskIds } = work.value
  return [...memory.runningTaskIds].some((id) => !known.has(id) && runningTaskIds.has(id))
}
