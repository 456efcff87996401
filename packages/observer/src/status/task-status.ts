import { type Fate, fateCause, fateSentence, type Task, type TickReport } from '@woodpeckers/autoscaler-core'
import { clip } from '../capacity.ts'
import type { TaskStatus } from '../views/status-view.ts'

/** A status names so many tasks at most. */
export const TASKS_SHOWN = 200
const LABELS_SHOWN = 50

/** Those that an agent could start first, the oldest of them first; then those that wait for others, then those that run. */
export function taskStatuses(report: TickReport): {
  readonly tasks: readonly TaskStatus[]
  readonly moreTasks: number
} {
  const { queue, agents } = report.snapshot
  if (!queue.ok) return { tasks: [], moreTasks: 0 }
  const { pendingSince } = report.input.memory
  const byState = { pending: [] as Task[], waiting: [] as Task[], running: [] as Task[] }
  for (const task of queue.value.tasks) byState[task.state].push(task)
  const since = ({ id, createdAt }: Task): number => pendingSince.get(id) ?? createdAt
  const shown = [
    ...oldest(byState.pending, since, TASKS_SHOWN),
    ...byState.waiting.slice(0, TASKS_SHOWN),
    ...byState.running.slice(0, TASKS_SHOWN),
  ].slice(0, TASKS_SHOWN)
  const isShown = new Set(shown.flatMap(({ agentId }) => agentId ?? []))
  const names = new Map(
    (agents.ok ? agents.value.agents : [])
      .filter(({ id }) => isShown.has(id))
      .map(({ id, name }) => [id, name]),
  )
  const tasks = shown.map((task) =>
    statusOf(
      task,
      report.snapshot.takenAt,
      pendingSince.get(task.id),
      report.plan.fates.get(task.id),
      task.agentId === undefined ? undefined : names.get(task.agentId),
    ),
  )
  return { tasks, moreTasks: queue.value.tasks.length - shown.length }
}

/** The oldest `count`, without sorting ten thousand. */
function oldest(tasks: readonly Task[], since: (task: Task) => number, count: number): readonly Task[] {
  const byAge = (some: readonly Task[]): readonly Task[] => some.toSorted((a, b) => since(a) - since(b))
  if (tasks.length <= count) return byAge(tasks)
  const times = Float64Array.from(tasks, since)
  const youngest = times.toSorted()[count - 1]!
  return byAge(tasks.filter((_, index) => times[index]! <= youngest)).slice(0, count)
}

function statusOf(
  { id, title, state, labels }: Task,
  takenAt: number,
  sinceAt: number | undefined,
  fate: Fate | undefined,
  agent: string | undefined,
): TaskStatus {
  return {
    id,
    title: clip(title, 200),
    state,
    labels: clipped(labels),
    ...(state !== 'running' && sinceAt !== undefined && { sinceAt }),
    ...(state === 'running' && agent !== undefined && { agent }),
    ...(state !== 'running' &&
      fate && {
        because: fateCause(fate),
        reason: clip(fateSentence(fate, takenAt), 500),
      }),
  }
}

function clipped(labels: Task['labels']): TaskStatus['labels'] {
  const entries = Object.entries(labels)
  return Object.fromEntries(
    entries.slice(0, LABELS_SHOWN).map(([key, value]) => [clip(key, 200), clip(value, 200)]),
  )
}
