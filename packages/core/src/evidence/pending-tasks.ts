import type { Task } from '../model/task.ts'
import { oncePer } from './once-per.ts'

/** The pending tasks of a queue, by what keeps them waiting. */
export interface PendingTasks {
  /** An agent could start them now, in the queue's order. */
  readonly runnable: readonly Task[]
  /** Given out before, and pending again: the next agent that asks makes most of them vanish. */
  readonly requeued: readonly Task[]
  /** Their concurrency group is full. */
  readonly blocked: readonly Task[]
}

export const sortPending: (tasks: readonly Task[]) => PendingTasks = oncePer((tasks) => {
  const inGroup = new Map<string, number>()
  const take = ({ concurrency }: Task): boolean => {
    if (!concurrency) return true
    const taken = inGroup.get(concurrency.group) ?? 0
    if (taken >= concurrency.limit) return false
    inGroup.set(concurrency.group, taken + 1)
    return true
  }
  // Those that run hold their places whatever the limit says.
  for (const { state, concurrency } of tasks) {
    if (state !== 'running' || !concurrency) continue
    inGroup.set(concurrency.group, (inGroup.get(concurrency.group) ?? 0) + 1)
  }
  const runnable: Task[] = []
  const requeued: Task[] = []
  const blocked: Task[] = []
  for (const task of tasks) {
    if (task.state !== 'pending') continue
    if (!take(task)) blocked.push(task)
    else if (task.agentId !== undefined) requeued.push(task)
    else runnable.push(task)
  }
  return { runnable, requeued, blocked }
})
