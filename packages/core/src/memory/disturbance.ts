import { taskIds } from '../evidence/lists.ts'
import type { Disturbance, Memory } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { OutsideError } from '../ports/errors.ts'

/** A pause of the process, or a correction of the server's clock, that is shorter changes nothing. */
const ASLEEP_MS = 60_000

/** Whether the server was away, is back, or may have restarted, judged by the newest snapshot. */
export function observeServer(
  memory: Memory,
  snapshot: Snapshot,
): Pick<Memory, 'disturbance' | 'serverAwaySince' | 'judgedStreamBreakAt' | 'serverAheadMs'> {
  const { disturbance, serverAwaySince, judgedStreamBreakAt } = memory
  const { agents, takenAt } = snapshot
  const serverAheadMs = agents.ok ? agents.value.serverNowAt - takenAt : memory.serverAheadMs
  if (seemsAway(snapshot)) {
    return { disturbance, judgedStreamBreakAt, serverAheadMs, serverAwaySince: serverAwaySince ?? takenAt }
  }
  return {
    disturbance: newDisturbance(memory, snapshot) ?? disturbance,
    serverAwaySince: undefined,
    judgedStreamBreakAt: snapshot.streamBrokeAt,
    serverAheadMs,
  }
}

/** A server whose version has become unsupported was restarted. */
const AWAY: ReadonlySet<OutsideError['kind']> = new Set(['transient', 'unexpected-answer', 'unsupported'])

/** An error of the queue alone says nothing of the server: one broken task is enough for it. */
function seemsAway({ agents }: Snapshot): boolean {
  return !agents.ok && AWAY.has(agents.error.kind)
}

function newDisturbance(memory: Memory, snapshot: Snapshot): Disturbance | undefined {
  const at = snapshot.takenAt
  if (memory.serverAwaySince !== undefined) return { at, kind: 'away', awaySince: memory.serverAwaySince }
  if (isNewBreak(memory, snapshot) && mayHaveForgottenWork(memory, snapshot))
    return { at, kind: 'stream-broke' }
  if (hasForgottenWork(memory, snapshot)) return { at, kind: 'work-forgotten' }
  if (hasSlept(memory, snapshot)) return { at, kind: 'asleep' }
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

/**
 * For the server more time has passed than for us, by the clock that our timers run by: a virtual machine that is
 * suspended, or a laptop that is shut. Whatever happened meanwhile was not seen.
 */
function hasSlept({ serverAheadMs }: Memory, { agents, takenAt }: Snapshot): boolean {
  if (!agents.ok || serverAheadMs === undefined) return false
  return agents.value.serverNowAt - takenAt - serverAheadMs > ASLEEP_MS
}
