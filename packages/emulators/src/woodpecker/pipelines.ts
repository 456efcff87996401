import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import type { Database } from './database.ts'
import type { Events } from './events.ts'
import type { PipelineOrder, RepoOrder, WorkflowOrder } from './pipeline-order.ts'
import type { Queue } from './queue.ts'
import type { PipelineRow, PipelineStatus, RepoRow, TaskRow, WorkflowRow, WorkflowState } from './rows.ts'
import type { ServerSettings } from './settings.ts'
import { taskOfWorkflow } from './task-of-workflow.ts'
import { hexToken } from './tokens.ts'
import { unixSeconds } from './unix-seconds.ts'

interface Parts {
  readonly clock: Clock
  readonly random: Random
  readonly database: Database
  readonly events: Events
  readonly settings: ServerSettings
  queue(): Queue | undefined
}

/** Repositories and pipelines: how they are made, queued, canceled, and how their states follow from each other. */
export class Pipelines {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  createRepo(order: RepoOrder): RepoRow {
    const { database, settings } = this.#parts
    const [owner = '', name = ''] = order.name.split('/')
    const ownUser = settings.users.find(({ login }) => login === owner)
    const ownersRepo = [...database.repos.values()].find((repo) => repo.owner === owner)
    const owners = new Set([...database.repos.values()].map((repo) => repo.owner))
    const repo: RepoRow = {
      id: database.nextId('repo'),
      owner,
      name,
      orgId: ownUser?.id ?? ownersRepo?.orgId ?? firstOrgId(settings) + owners.size,
      visibility: order.visibility ?? 'public',
      members: order.members ?? ['admin'],
      lastPipelineNumber: 0,
    }
    database.repos.set(repo.id, repo)
    database.changed()
    return repo
  }

  findRepo(fullName: string): RepoRow | undefined {
    return [...this.#parts.database.repos.values()].find((repo) => `${repo.owner}/${repo.name}` === fullName)
  }

  /** Frames `created` and `pending` come some milliseconds later, and only then its tasks are in the queue. */
  create(order: PipelineOrder): PipelineRow {
    const { clock, random, database, settings } = this.#parts
    const repo = this.findRepo(order.repo) ?? this.createRepo({ name: order.repo })
    const event = order.event ?? 'manual'
    const pipeline: PipelineRow = {
      id: database.nextId('pipeline'),
      repoId: repo.id,
      number: ++repo.lastPipelineNumber,
      event,
      branch: order.branch ?? `push-${hexToken(random, 10)}`,
      commit: hexToken(random, 40),
      status: 'pending',
      created: unixSeconds(clock),
      updated: unixSeconds(clock),
      started: 0,
      finished: 0,
      workflows: [],
    }
    order.workflows.forEach((workflow, index) => {
      pipeline.workflows.push(this.#workflow(pipeline.id, index, workflow, order.workflows.length))
    })
    database.addPipeline(pipeline)
    database.changed()
    if (event === 'push') this.#cancelEarlierPushes(pipeline)
    const tasks = order.workflows.map((workflow, index) =>
      taskOfWorkflow(repo, pipeline, index, workflow, settings.defaultWorkflowLabels),
    )
    const { createdFrameMs, pendingFrameMs, queuedMs } = settings.timing
    this.#publishAfter(createdFrameMs, { ...pipeline, status: 'created' })
    this.#publishAfter(pendingFrameMs, pipeline)
    clock.startTimer(queuedMs, () => this.#enqueue(pipeline, tasks))
    return pipeline
  }

  /** `false`: there is nothing left to cancel. */
  cancel(pipeline: PipelineRow): boolean {
    const { clock, database } = this.#parts
    if (pipeline.status !== 'pending' && pipeline.status !== 'running') return false
    const ids = new Set(pipeline.workflows.map(({ id }) => String(id)))
    const started = pipeline.workflows.some(({ state }) => state !== 'pending')
    for (const workflow of pipeline.workflows) {
      if (workflow.state === 'pending') workflow.state = 'canceled'
    }
    for (const id of ids) database.tasks.delete(id)
    pipeline.status = started ? 'killed' : 'canceled'
    pipeline.finished = unixSeconds(clock)
    this.changed(pipeline)
    this.#parts.queue()?.cancel(ids)
    return true
  }

  begin(workflow: WorkflowRow, agentId: number): void {
    const pipeline = this.#parts.database.pipelines.get(workflow.pipelineId)
    if (!pipeline) return
    const now = unixSeconds(this.#parts.clock)
    workflow.agentId = agentId
    workflow.state = 'running'
    workflow.started = now
    if (pipeline.status === 'pending') {
      pipeline.status = 'running'
      pipeline.started = now
    }
    this.changed(pipeline)
  }

  end(workflow: WorkflowRow, state: WorkflowState): void {
    const pipeline = this.#parts.database.pipelines.get(workflow.pipelineId)
    if (!pipeline) return
    const now = unixSeconds(this.#parts.clock)
    workflow.state = state
    workflow.finished = now
    const outcome = outcomeOf(pipeline.workflows)
    if (outcome && (pipeline.status === 'pending' || pipeline.status === 'running')) {
      pipeline.status = outcome
      pipeline.finished = now
    }
    this.changed(pipeline)
  }

  /** Writes the row and tells the listeners. */
  changed(pipeline: PipelineRow): void {
    const { clock, database, events } = this.#parts
    pipeline.updated = unixSeconds(clock)
    database.changed()
    const repo = database.repos.get(pipeline.repoId)
    if (repo) events.publish(repo, pipeline)
  }

  #workflow(pipelineId: number, index: number, order: WorkflowOrder, of: number): WorkflowRow {
    return {
      id: this.#parts.database.nextId('workflow'),
      pipelineId,
      pid: index + 1,
      name: order.name ?? (of === 1 ? 'woodpecker' : `workflow-${index + 1}`),
      state: 'pending',
      started: 0,
      finished: 0,
      agentId: 0,
      durationMs: order.durationMs ?? 1000,
      outcome: order.outcome ?? 'success',
    }
  }

  #enqueue(pipeline: PipelineRow, tasks: readonly TaskRow[]): void {
    const { database } = this.#parts
    const queue = this.#parts.queue()
    // The server went in between: a pipeline that is pending for ever, as with the real one.
    if (!queue || pipeline.status !== 'pending') return
    for (const task of tasks) database.tasks.set(task.id, task)
    queue.push(tasks)
    this.changed(pipeline)
  }

  #publishAfter(delayMs: number, pipeline: PipelineRow): void {
    this.#parts.clock.startTimer(delayMs, () => {
      const repo = this.#parts.database.repos.get(pipeline.repoId)
      if (repo) this.#parts.events.publish(repo, pipeline)
    })
  }

  #cancelEarlierPushes(pipeline: PipelineRow): void {
    for (const other of this.#parts.database.pipelines.values()) {
      const { repoId, event, branch } = other
      if (other === pipeline || repoId !== pipeline.repoId) continue
      if (event === 'push' && branch === pipeline.branch) this.cancel(other)
    }
  }
}

/** Those before it are the users' own. */
function firstOrgId({ users }: ServerSettings): number {
  return Math.max(0, ...users.map(({ id }) => id)) + 1
}

function outcomeOf(workflows: readonly WorkflowRow[]): PipelineStatus | undefined {
  const states = new Set(workflows.map(({ state }) => state))
  if (states.has('pending') || states.has('running')) return undefined
  if (states.has('killed')) return 'killed'
  return states.has('failure') ? 'failure' : 'success'
}
