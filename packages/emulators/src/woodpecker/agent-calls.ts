import { type Clock, sleep } from '@woodpeckers/autoscaler-core'
import {
  type AgentInfo,
  type AgentLink,
  type Assignment,
  CallRefused,
  type JobState,
  ServerUnreachable,
} from '../agent/agent-link.ts'
import type { AgentRecords } from './agent-records.ts'
import type { Database } from './database.ts'
import { scoreLabels } from './label-score.ts'
import type { Pipelines } from './pipelines.ts'
import type { Queue } from './queue.ts'
import { type QueuedTask, shouldRun } from './queued-task.ts'
import type { AgentRow, WorkflowRow } from './rows.ts'
import type { ServerLog } from './server-log.ts'
import type { ServerSettings } from './settings.ts'
import { unixSeconds } from './unix-seconds.ts'

interface Parts {
  readonly clock: Clock
  readonly database: Database
  readonly settings: ServerSettings
  readonly records: AgentRecords
  readonly pipelines: Pipelines
  readonly log: ServerLog
  queue(): Queue | undefined
}

/** The server's side of the agents' calls. */
export class AgentCalls {
  readonly #parts: Parts
  /** Rows as they were read before something else wrote them, to be written by the next heartbeat. */
  readonly #staleRows: Map<number, Pick<AgentRow, 'name' | 'no_schedule'>> = new Map()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** A connection of an agent's process; `agentId` for one that registered before with the shared secret. */
  link(token: string, agentId?: number): AgentLink {
    let id = agentId
    const self = () => this.#authenticate(token, id)
    return {
      register: async (info) => {
        id = this.#register(token, id, info)
        return id
      },
      unregister: async () => this.#unregister(self()),
      next: async (labels, signal) => this.#next(self(), labels, signal),
      wait: async (taskId, signal) => {
        self()
        const ended = await this.#queue().ended(taskId, signal)
        if (ended === 'lost') throw new ServerUnreachable('the connection broke')
        return ended
      },
      init: async (taskId) => {
        const agent = self()
        await this.#stampWork(agent)
        this.#parts.pipelines.begin(this.#workflow(taskId), agent.id)
      },
      update: async (taskId) => {
        const agent = self()
        const workflow = this.#workflow(taskId)
        const pipeline = this.#parts.database.pipelines.get(workflow.pipelineId)
        if (pipeline) this.#parts.pipelines.changed(pipeline)
        await this.#stampWork(agent)
      },
      extend: async (taskId) => {
        const agent = self()
        await this.#stampWork(agent)
        if (!this.#queue().extend(taskId)) throw new CallRefused('queue: task not found')
      },
      done: async (taskId, state) => {
        const agent = self()
        await this.#done(taskId, state)
        await this.#stampWork(agent)
      },
      reportHealth: async () => this.#reportHealth(self()),
    }
  }

  /** The next heartbeat of this agent writes the row as it is now, whatever is written in between. */
  revertAtNextHeartbeat(agentId: number): void {
    this.#staleRows.set(agentId, { ...this.#parts.records.get(agentId) })
  }

  #queue(): Queue {
    const queue = this.#parts.queue()
    if (!queue) throw new ServerUnreachable('connection refused')
    return queue
  }

  #authenticate(token: string, id: number | undefined): AgentRow {
    this.#queue()
    const { database, settings } = this.#parts
    const row = token === settings.agentSecret ? database.agents.get(id ?? 0) : database.agentByToken(token)
    if (!row) throw new CallRefused('sql: no rows in result set')
    return row
  }

  #register(token: string, id: number | undefined, info: AgentInfo): number {
    this.#queue()
    const { clock, database, records, settings } = this.#parts
    const unknown = token === settings.agentSecret && !database.agents.has(id ?? 0)
    const row = unknown
      ? records.add({ name: info.hostname, no_schedule: false, owner_id: -1, org_id: -1, token })
      : this.#authenticate(token, id)
    row.platform = info.platform
    row.backend = info.backend
    row.capacity = info.capacity
    row.version = info.version
    row.custom_labels = Object.keys(info.customLabels).length > 0 ? { ...info.customLabels } : null
    row.last_contact = unixSeconds(clock)
    records.touch(row)
    return row.id
  }

  /** Only one that registered with the shared secret takes its record along. */
  #unregister(agent: AgentRow): void {
    if (agent.owner_id !== -1) return
    this.#parts.database.agents.delete(agent.id)
    this.#parts.database.changed()
  }

  async #next(
    agent: AgentRow,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Assignment | undefined> {
    const orgId = agent.org_id === -1 ? '*' : String(agent.org_id)
    const offered = { ...labels, 'org-id': orgId }
    if (agent.no_schedule) return undefined
    for (;;) {
      const score = ({ row }: QueuedTask) => scoreLabels(row.labels, offered)
      const task = await this.#queue().poll(agent.id, score, signal)
      if (task === 'lost') throw new ServerUnreachable('the connection broke')
      if (task === 'kicked') throw new CallRefused('queue: agent was kicked')
      const workflow = await this.#handOver(task)
      if (!workflow) {
        await sleep(this.#parts.clock, this.#parts.settings.timing.databaseMs)
        continue
      }
      await this.#stampWork(agent)
      const { name, durationMs, outcome } = workflow
      return { taskId: task.row.id, name, durationMs, outcome }
    }
  }

  /** Drops what nobody can run: the next poll of the same call goes on. */
  async #handOver(task: QueuedTask): Promise<WorkflowRow | undefined> {
    const { clock, database, log, settings } = this.#parts
    const { id } = task.row
    await sleep(clock, settings.timing.databaseMs)
    // A task that was given out before is no longer in the database: since 3.16 it is lost here.
    if (!database.tasks.delete(id)) {
      log.add(`pull queue item: ${id}: not found in backup, dropping stale task`)
      this.#queue().done(id, 'killed')
      return undefined
    }
    database.changed()
    const workflow = database.workflows.get(Number(id))
    if (!workflow) {
      log.add(`pull queue item: ${id}: workflow missing, dropping stale task`)
      this.#queue().done(id, 'killed')
      return undefined
    }
    if (shouldRun(task)) return workflow
    this.#queue().done(id, 'skipped')
    this.#parts.pipelines.end(workflow, 'skipped')
    return undefined
  }

  #workflow(taskId: string): WorkflowRow {
    const workflow = this.#parts.database.workflows.get(Number(taskId))
    if (!workflow) throw new CallRefused('sql: no rows in result set')
    return workflow
  }

  /** Believed although the queue may have forgotten the task: the database counts. */
  async #done(taskId: string, state: JobState): Promise<void> {
    const { clock, pipelines, settings } = this.#parts
    pipelines.end(this.#workflow(taskId), state)
    await sleep(clock, settings.timing.databaseMs)
    if (!this.#queue().done(taskId, state)) this.#parts.log.add(`queue: task ${taskId} not found`)
  }

  #reportHealth(agent: AgentRow): void {
    const { clock, records } = this.#parts
    const stale = this.#staleRows.get(agent.id)
    this.#staleRows.delete(agent.id)
    if (stale) Object.assign(agent, { name: stale.name, no_schedule: stale.no_schedule })
    agent.last_contact = unixSeconds(clock)
    records.touch(agent)
  }

  /** Writes the whole row as it was read before the server asked the forge: a PATCH in between is undone. */
  async #stampWork({ id }: AgentRow): Promise<void> {
    const { clock, database, records, settings } = this.#parts
    const { forgeMs, workStampMs } = settings.timing
    const row = database.agents.get(id)
    if (!row || unixSeconds(clock) < row.last_work + workStampMs / 1000) return
    if (forgeMs > 0) {
      const { name, no_schedule } = row
      await sleep(clock, forgeMs)
      if (!database.agents.has(id)) return
      Object.assign(row, { name, no_schedule })
    }
    row.last_work = unixSeconds(clock)
    records.touch(row)
  }
}
