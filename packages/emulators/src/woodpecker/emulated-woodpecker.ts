import { type Clock, type Random, sleep } from '@woodpeckers/autoscaler-core'
import type { AgentLink } from '../agent/agent-link.ts'
import { AgentCalls } from './agent-calls.ts'
import { AgentRecords } from './agent-records.ts'
import { Database, type DatabaseDump } from './database.ts'
import { Events } from './events.ts'
import type { PipelineOrder, RepoOrder } from './pipeline-order.ts'
import { Pipelines } from './pipelines.ts'
import { Queue, type QueueEvent } from './queue.ts'
import { type QueueInfo, queueInfo } from './queue-info.ts'
import { Refusal } from './refusal.ts'
import type { PipelineRow, RepoRow } from './rows.ts'
import { ServerLog } from './server-log.ts'
import { defaultSettings, type ServerSettings, type ServerTiming } from './settings.ts'

export interface EmulatedWoodpeckerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly settings?: Partial<Omit<ServerSettings, 'timing'>> & { readonly timing?: Partial<ServerTiming> }
  /** What an earlier server left in its database. */
  readonly database?: DatabaseDump
  /** Called after each change of the database, before anybody is answered. */
  readonly onChange?: (database: Database) => void
  /** Told of what the queue does: what no API shows. */
  readonly onQueueEvent?: (event: QueueEvent) => void
}

/**
 * A Woodpecker 3.17 server as a state machine, without a network: its database lives on, its queue is
 * forgotten by a restart. `serveWoodpecker` puts HTTP in front of it; agents reach it through `link`.
 */
export class EmulatedWoodpecker {
  readonly clock: Clock
  readonly settings: ServerSettings
  readonly database: Database
  readonly events: Events = new Events()
  readonly log: ServerLog = new ServerLog()
  readonly records: AgentRecords
  readonly pipelines: Pipelines
  readonly calls: AgentCalls
  readonly #random: Random
  readonly #onQueueEvent: (event: QueueEvent) => void
  #queue: Queue | undefined
  readonly #onUpOrDown: Set<(up: boolean) => void> = new Set()

  constructor(options: EmulatedWoodpeckerOptions) {
    const { clock, random, settings = {}, database, onChange } = options
    this.clock = clock
    this.#random = random
    this.#onQueueEvent = options.onQueueEvent ?? (() => {})
    const timing = { ...defaultSettings.timing, ...settings.timing }
    this.settings = { ...defaultSettings, ...settings, timing }
    this.database = new Database(database, onChange)
    const queue = () => this.#queue
    const own = { clock, random, database: this.database, settings: this.settings, queue }
    this.records = new AgentRecords(own)
    this.pipelines = new Pipelines({ ...own, events: this.events })
    const { log, records, pipelines } = this
    this.calls = new AgentCalls({ ...own, log, records, pipelines })
    this.start()
  }

  get up(): boolean {
    return this.#queue !== undefined
  }

  /** The queue's memory; refused while the server is away. */
  get queue(): Queue {
    if (!this.#queue) throw new Refusal(503, 'the server is away')
    return this.#queue
  }

  /** Starts with an empty memory: what no agent has been given yet is pending again, and nothing is paused. */
  start(): void {
    if (this.#queue) return
    this.#queue = new Queue(this.clock, this.#random, this.settings.timing, (event) => {
      if (event.kind === 'resubmitted') this.log.add(`queue: resubmitting expired task ${event.taskId}`)
      this.#onQueueEvent(event)
    })
    this.#queue.push([...this.database.tasks.values()])
    for (const tell of this.#onUpOrDown) tell(true)
  }

  /** Goes at once, as by SIGKILL: connections break, the memory is lost. */
  stop(): void {
    this.#leave()?.close()
  }

  restart(): void {
    this.stop()
    this.start()
  }

  /**
   * Goes as by SIGTERM: answers nobody any more, and resolves when the process has ended. With agents connected
   * that takes half a minute, as their polls do not end by themselves.
   */
  async stopGracefully(): Promise<void> {
    const queue = this.#leave()
    if (!queue) return
    queue.halt()
    if (queue.pollers.count > 0 || queue.running.size > 0) {
      await sleep(this.clock, this.settings.timing.gracefulStopMs)
    }
    queue.close()
  }

  #leave(): Queue | undefined {
    const queue = this.#queue
    if (!queue) return undefined
    this.#queue = undefined
    this.events.close()
    for (const tell of this.#onUpOrDown) tell(false)
    return queue
  }

  /** Calls back when the server comes (`true`) or goes. */
  watch(onUpOrDown: (up: boolean) => void): () => void {
    this.#onUpOrDown.add(onUpOrDown)
    return () => this.#onUpOrDown.delete(onUpOrDown)
  }

  /** A connection of an agent's process: see `AgentLink`. */
  link(token: string, agentId?: number): AgentLink {
    return this.calls.link(token, agentId)
  }

  info(): QueueInfo {
    return queueInfo(this.queue, this.database)
  }

  pause(): void {
    this.queue.paused = true
  }

  resume(): void {
    this.queue.paused = false
  }

  createRepo(order: RepoOrder): RepoRow {
    return this.pipelines.createRepo(order)
  }

  removeRepo(fullName: string): void {
    const repo = this.pipelines.findRepo(fullName)
    if (!repo) throw new Refusal(404)
    this.database.removeRepo(repo.id)
  }

  createPipeline(order: PipelineOrder): PipelineRow {
    if (!this.up) throw new Refusal(503, 'the server is away')
    return this.pipelines.create(order)
  }
}
