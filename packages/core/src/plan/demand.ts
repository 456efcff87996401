import type { Task } from '../model/task.ts'
import type { PlanInput } from './plan-input.ts'

/** What the queue wants of us. */
export interface Demand {
  /** Pending tasks that an agent could start now, in the queue's order. */
  readonly runnable: readonly Task[]
  /** Given out before, and pending again: the next agent that asks makes most of them vanish. */
  readonly requeued: readonly Task[]
  /** Pending, but their concurrency group is full. */
  readonly blocked: readonly Task[]
}

const nothing: Demand = { runnable: [], requeued: [], blocked: [] }

/** Sorts the pending tasks. While the queue is paused, or cannot be read, nothing is wanted. */
export function readDemand({ snapshot: { queue } }: PlanInput): Demand {
  if (!queue.ok || queue.value.paused) return nothing
  const inGroup = new Map<string, number>()
  const take = ({ concurrency }: Task): boolean => {
    if (!concurrency) return true
    const taken = inGroup.get(concurrency.group) ?? 0
    if (taken >= concurrency.limit) return false
    inGroup.set(concurrency.group, taken + 1)
    return true
  }
  const { tasks } = queue.value
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
}
