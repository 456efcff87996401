import type { Database } from './database.ts'
import type { Queue } from './queue.ts'
import type { QueuedTask } from './queued-task.ts'
import { Refusal } from './refusal.ts'

/** A task as `GET /api/agents/{id}/tasks` shows it. */
export interface TaskView {
  readonly id: string
  readonly pid: number
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly dependencies: readonly string[] | null
  readonly run_on: readonly string[] | null
  readonly dep_status: Readonly<Record<string, string>>
  readonly agent_id: number
  readonly pipeline_id: number
  readonly repo_id: number
  readonly concurrency_limit: number
  readonly concurrency_group: string
  readonly created: number
}

/** The same in `GET /api/queue/info`. */
export interface QueueTaskView extends TaskView {
  readonly pipeline_number: number
  readonly agent_name: string
}

export interface QueueInfo {
  readonly pending: readonly QueueTaskView[]
  readonly waiting_on_deps: readonly QueueTaskView[]
  readonly running: readonly QueueTaskView[]
  readonly stats: {
    readonly worker_count: number
    readonly pending_count: number
    readonly waiting_on_deps_count: number
    readonly running_count: number
  }
  readonly paused: boolean
}

/** Refused while the pipeline of any task is missing, until an agent's poll has taken that task away. */
export function queueInfo(queue: Queue, database: Database): QueueInfo {
  const view = (task: QueuedTask): QueueTaskView => {
    const pipeline = database.pipelines.get(task.row.pipelineId)
    if (!pipeline) throw new Refusal(500, `pipeline not found for task ${task.row.id}`)
    const agent_name = database.agents.get(task.agentId)?.name ?? ''
    return { ...taskView(task), pipeline_number: pipeline.number, agent_name }
  }
  const pending = queue.pending.map(view)
  const waiting = queue.waiting.map(view)
  const running = [...queue.running.values()].map(({ task }) => view(task))
  return {
    pending,
    waiting_on_deps: waiting,
    running,
    stats: {
      worker_count: queue.pollers.count,
      pending_count: pending.length,
      waiting_on_deps_count: waiting.length,
      running_count: running.length,
    },
    paused: queue.paused,
  }
}

/** What the queue (not the database) knows an agent to run; `null`: nothing. */
export function runningTasksOf(queue: Queue, agentId: number): readonly TaskView[] | null {
  const running = [...queue.running.values()].filter(({ task }) => task.agentId === agentId)
  return running.length === 0 ? null : running.map(({ task }) => taskView(task))
}

function taskView({ row, agentId, depStatus }: QueuedTask): TaskView {
  return {
    id: row.id,
    pid: row.pid,
    name: row.name,
    labels: row.labels,
    dependencies: row.dependencies.length > 0 ? row.dependencies : null,
    run_on: row.runOn.length > 0 ? row.runOn : null,
    dep_status: depStatus,
    agent_id: agentId,
    pipeline_id: row.pipelineId,
    repo_id: row.repoId,
    concurrency_limit: row.concurrencyLimit,
    concurrency_group: row.concurrencyGroup,
    created: row.created,
  }
}
