import type { Labels, Task } from '@woodpeckers/autoscaler-core'
import type { LeanAgent } from './lean-agent.ts'
import type { TaskKind } from './task-kinds.ts'

/** One job of the trace on its way through the queue. */
export interface Job {
  readonly arrivedAt: number
  readonly durationMs: number
  readonly kind: TaskKind
  /** As the queue shows it now. */
  task: Task
  /** When an agent got it; `undefined`: it waits. */
  startedAt: number | undefined
  agent: LeanAgent | undefined
}

export function newJob(number: number, labels: Labels, kind: TaskKind, at: number, durationMs: number): Job {
  const id = String(number)
  return {
    arrivedAt: at,
    durationMs,
    kind,
    task: {
      id,
      name: 'job',
      title: `${labels['repo'] ?? 'job'}#${id}`,
      labels,
      state: 'pending',
      dependencies: [],
      createdAt: at,
    },
    startedAt: undefined,
    agent: undefined,
  }
}
