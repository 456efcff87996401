import type { AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Task } from '../model/task.ts'

/** What a test asks the fake server to run. */
export interface NewTask {
  /** Default: `task-1`, `task-2` … */
  readonly id?: string
  readonly labels?: Labels
  readonly dependencies?: readonly string[]
  readonly concurrency?: { readonly group: string; readonly limit: number }
  /** How long an agent works on it. Default: until `finish`. */
  readonly durationMs?: number
}

/** A task as it really is, whatever the server's queue and database believe. */
export interface FakeTask extends NewTask {
  readonly id: string
  readonly labels: Labels
  readonly createdAt: number
  /**
   * As the queue has it; `forgotten`: it ran when the server restarted; `gone`: ended, or dropped as stale.
   */
  readonly queue: Task['state'] | 'forgotten' | 'gone'
  /** As the database has it: one that was lost stays `running` for ever. */
  readonly row: 'pending' | 'running' | 'ended'
  /** The agent that has it, or the last one that had. */
  readonly agentId: AgentId | undefined
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  /** What became of it; `lost`: its agent ended, or could not report, while it ran. */
  readonly fate: 'open' | 'done' | 'lost'
}

/** The fake's own, changing view of a task. */
export type TaskEntry = { -readonly [K in keyof FakeTask]: FakeTask[K] }

export function newEntry(task: NewTask, id: string, createdAt: number): TaskEntry {
  return {
    ...task,
    id,
    labels: task.labels ?? { repo: 'acme/app' },
    createdAt,
    queue: 'pending',
    row: 'pending',
    agentId: undefined,
    startedAt: undefined,
    endedAt: undefined,
    fate: 'open',
  }
}

/** The task as the queue shows it. */
export function asQueued(entry: TaskEntry, state: Task['state']): Task {
  return {
    id: entry.id,
    name: 'build',
    title: `acme/app ${entry.id}`,
    labels: entry.labels,
    state,
    dependencies: entry.dependencies ?? [],
    createdAt: entry.createdAt,
    ...(entry.agentId !== undefined && { agentId: entry.agentId }),
    ...(entry.concurrency && { concurrency: entry.concurrency }),
  }
}
