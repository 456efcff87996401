import { type PendingTasks, sortPending } from '../evidence/pending-tasks.ts'
import type { PlanInput } from './plan-input.ts'

/** What the queue wants of us. */
export type Demand = PendingTasks

const nothing: Demand = { runnable: [], requeued: [], blocked: [] }

/** Sorts the pending tasks. While the queue is paused, or cannot be read, nothing is wanted. */
export function readDemand({ snapshot: { queue } }: PlanInput): Demand {
  return !queue.ok || queue.value.paused ? nothing : sortPending(queue.value.tasks)
}
