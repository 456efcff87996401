import { type PendingTasks, sortPending } from '../evidence/pending-tasks.ts'
import type { Task } from '../model/task.ts'
import type { PlanInput } from './plan-input.ts'

/** What the queue wants of us. */
export interface Demand extends PendingTasks {
  /** They wait on others, all of which run: they come next. Only where a pool is to be ready for them. */
  readonly coming: readonly Task[]
}

const nothing: Demand = { runnable: [], requeued: [], blocked: [], coming: [] }

/** Sorts the pending tasks. While the queue is paused, or cannot be read, nothing is wanted. */
export function readDemand({ snapshot: { queue }, pools }: PlanInput): Demand {
  if (!queue.ok || queue.value.paused) return nothing
  const { tasks } = queue.value
  const coming = pools.some(({ prewarm }) => prewarm) ? sortComing(tasks) : []
  return { ...sortPending(tasks), coming }
}

/** What has left the queue is done. Whether a group will have room for a task then, nobody knows. */
function sortComing(tasks: readonly Task[]): readonly Task[] {
  const states = new Map(tasks.map(({ id, state }) => [id, state]))
  return tasks.filter(
    ({ state, dependencies, concurrency }) =>
      state === 'waiting' &&
      !concurrency &&
      dependencies.every((id) => (states.get(id) ?? 'running') === 'running'),
  )
}
