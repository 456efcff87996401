import type { TaskRow } from './rows.ts'

/** A task with what the queue knows of it: gone after a restart. */
export interface QueuedTask {
  readonly row: TaskRow
  /** 0 = nobody yet; left over on one that was given out and came back. */
  agentId: number
  readonly depStatus: Record<string, string>
}

/** Whether its dependencies ended as it wants; one that should not run still needs an agent, to be skipped. */
export function shouldRun(task: QueuedTask): boolean {
  const { runOn } = task.row
  const onSuccess = runOn.length === 0 || runOn.includes('success')
  const onFailure = runOn.includes('failure')
  const outcomes = Object.values(task.depStatus)
  if (onSuccess && onFailure) return true
  if (onSuccess) return outcomes.every((status) => status === 'success')
  return onFailure && !outcomes.some((status) => status === 'success')
}
