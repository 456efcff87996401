import type { Labels, Task } from '@woodpeckers/autoscaler-core'
import type { LeanAgent } from './lean-agent.ts'
import type { TaskKind } from './task-kinds.ts'

/** One job of the trace on its way through the queue. */
export interface Job {
  readonly arrivedAt: number
  /** From when on an agent could have taken it; `undefined`: it waits for others. */
  readyAt: number | undefined
  /** Its id in the trace. */
  readonly traceId: string | undefined
  readonly durationMs: number
  readonly kind: TaskKind
  /** As the queue shows it now. */
  task: Task
  /** When an agent got it; `undefined`: it waits. */
  startedAt: number | undefined
  agent: LeanAgent | undefined
}

export interface NewJob {
  readonly number: number
  readonly labels: Labels
  readonly kind: TaskKind
  readonly at: number
  readonly durationMs: number
  readonly traceId: string | undefined
  /** Ids of tasks that it waits for. */
  readonly dependencies: readonly string[]
}

export function newJob({ number, labels, kind, at, durationMs, traceId, dependencies }: NewJob): Job {
  const id = String(number)
  const waits = dependencies.length > 0
  return {
    arrivedAt: at,
    readyAt: waits ? undefined : at,
    traceId,
    durationMs,
    kind,
    task: {
      id,
      name: 'job',
      title: `${labels['repo'] ?? 'job'}#${id}`,
      labels,
      state: waits ? 'waiting' : 'pending',
      dependencies,
      createdAt: at,
    },
    startedAt: undefined,
    agent: undefined,
  }
}
