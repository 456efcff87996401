import type { Agent, AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { CiServer, ServerSignal } from '../ports/ci-server.ts'
import type { Clock } from '../ports/clock.ts'
import { type AgentHost, FakeAgent } from './fake-agent.ts'
import { FakeQueue } from './fake-queue.ts'
import { type AgentRecord, FakeRecords } from './fake-records.ts'
import type { FakeTask, NewTask, TaskEntry } from './fake-task.ts'
import { Faults } from './faults.ts'
import { simpleMatching } from './simple-matching.ts'

export type ServerCall = Exclude<
  keyof CiServer,
  'matching' | 'workStampLagMs' | 'offerOf' | 'listen' | 'close'
>

export interface FakeServerOptions {
  readonly clock: Clock
  /** How far the server's clock is ahead of ours. */
  readonly skewMs?: number
  /** The server's times are multiples of it. Default: a second. */
  readonly resolutionMs?: number
  /** Between two rounds of giving out tasks; `Infinity`: only on `dispatch()`. Default: 100 ms. */
  readonly dispatchDelayMs?: number
  /** An uncordoned agent asks for work again after so long. Default: 5 s. */
  readonly pollAgainMs?: number
  /** Whether it publishes events. Default: yes. */
  readonly events?: boolean
}

/** What an agent registers with. */
export interface Registration {
  /** Default: the slots that its record was made for. */
  readonly capacity?: number
  /** Default: what its record was made for. */
  readonly labels?: Labels
}

/** The side of the fake server that a test holds: its tasks, its agents' processes, its accidents. */
export abstract class FakeServerControl extends Faults<ServerCall> {
  readonly clock: Clock
  protected readonly queue: FakeQueue = new FakeQueue()
  protected readonly records: FakeRecords
  protected queueNeedsAgent = false
  readonly #options: FakeServerOptions
  readonly #processes = new Map<AgentId, FakeAgent>()
  readonly #listeners = new Set<(signal: ServerSignal) => void>()
  #up = true
  #dispatchDue = false
  #slipNext: string | undefined
  #revertAfterMs: number | undefined

  constructor(options: FakeServerOptions) {
    super(options.clock)
    this.#options = options
    this.clock = options.clock
    this.records = new FakeRecords(options.clock, options.skewMs ?? 0, options.resolutionMs ?? 1_000)
  }

  /** All tasks that ever were, as they really are. */
  get tasks(): readonly FakeTask[] {
    return this.queue.entries
  }

  /** Every record, as the server would answer it now. */
  get agents(): readonly Agent[] {
    return this.records.all()
  }

  task(id: string): FakeTask {
    const task = this.queue.find(id)
    if (!task) throw new Error(`there is no task ${id}`)
    return task
  }

  addTask(task: NewTask = {}): FakeTask {
    const entry = this.queue.add(task, this.records.now())
    this.#changed()
    return entry
  }

  addTasks(count: number, each: Omit<NewTask, 'id'> = {}): readonly FakeTask[] {
    return Array.from({ length: count }, () => this.addTask(each))
  }

  /** Its agent comes to the end of it. */
  finish(id: string): void {
    const task = this.task(id)
    for (const agent of this.#processes.values()) agent.finish(task as TaskEntry)
  }

  pause(): void {
    this.queue.paused = true
  }

  resume(): void {
    this.queue.paused = false
    this.#changed()
  }

  /**
   * An agent's process starts as the record of this name, and registers. Without such a record (any more)
   * it asks in vain.
   */
  connect(name: string, registration: Registration = {}): FakeAgent {
    return this.#connectAs(name, this.records.named(name), registration)
  }

  /** An agent registers itself under its host name, with the secret that agents share. */
  registerItself(name: string, registration: Registration = {}): FakeAgent {
    const { agent } = this.records.make(name, registration.capacity ?? 1, registration.labels ?? {})
    this.records.write(agent.id, { registeredItself: true })
    return this.#connectAs(name, this.records.find(agent.id), registration)
  }

  #connectAs(name: string, record: AgentRecord | undefined, registration: Registration): FakeAgent {
    const id = record?.agent.id ?? `no record of ${name}`
    const capacity = registration.capacity ?? record?.slots ?? 1
    const agent = new FakeAgent(this.#host(), {
      id,
      capacity,
      labels: registration.labels ?? record?.labels ?? {},
    })
    this.#processes.set(id, agent)
    return agent
  }

  /** Somebody makes a record by hand; its agent comes later. */
  makeRecord(name: string, registration: Registration = {}): Agent {
    return this.records.make(name, registration.capacity ?? 1, registration.labels ?? {}).agent
  }

  /** An agent that somebody else runs: made and connected at once. */
  addForeignAgent(name: string, registration: Registration = {}): FakeAgent {
    this.records.make(name, registration.capacity ?? 1, registration.labels ?? {})
    return this.connect(name, registration)
  }

  /** The process that is connected as the record of this name. */
  process(name: string): FakeAgent | undefined {
    const record = this.records.named(name)
    return record && this.#processes.get(record.agent.id)
  }

  /** Publishes an event, although nothing has changed. */
  touch(): void {
    this.#changed()
  }

  /** The records of these agents are gone, as after the restore of an older database. */
  loseRecords(isLost: (name: string) => boolean): void {
    for (const { id, name } of this.records.all()) if (isLost(name)) this.dropRecord(id)
  }

  /** Gives out what can be given out now. */
  dispatch(): void {
    if (!this.#up) return
    if (this.#askers().length > 0) this.queueNeedsAgent = false
    for (const task of this.queue.startable()) {
      const agent = this.#bestFor(task)
      if (!agent) continue
      // A task that was given out before is stale: the agent that gets it drops it.
      if (task.agentId !== undefined) {
        task.queue = 'gone'
        continue
      }
      agent.slipped = false
      this.queue.begin(task, agent.id, this.clock.now())
      agent.work(task)
    }
  }

  /**
   * It restarts: what ran is forgotten by the queue, pending tasks stay, and agents come back after
   * `reconnectMs`. With `awayMs` nothing answers for so long before.
   */
  restart({ awayMs = 0, reconnectMs = 5_000 }: { awayMs?: number; reconnectMs?: number } = {}): void {
    this.#up = false
    this.goDown()
    for (const agent of this.#processes.values()) agent.disconnect()
    this.queue.forgetRunning()
    this.#signal('broken')
    const comeBack = () => {
      this.#up = true
      this.comeUp()
      this.#signal('connected')
      for (const agent of this.#processes.values()) agent.reconnectIn(reconnectMs)
    }
    if (awayMs > 0) this.clock.startTimer(awayMs, comeBack)
    else comeBack()
  }

  /** We cannot reach it for a while; it and its agents go on. */
  unreachableFor(ms: number): void {
    this.goDown()
    this.#signal('broken')
    this.clock.startTimer(ms, () => {
      this.comeUp()
      this.#signal('connected')
    })
  }

  /** The queue cannot be read until an agent asks for work. */
  breakQueue(): void {
    this.queueNeedsAgent = true
  }

  /** The next cordon of this agent misses one of its pollers, which can get one task all the same. */
  letPollerSlip(name: string): void {
    this.#slipNext = name
  }

  /** The next cordon is undone by a heartbeat that comes so long after it. */
  revertNextCordon(afterMs = 5_000): void {
    this.#revertAfterMs = afterMs
  }

  /** An admin sets or clears `no_schedule`. */
  setNoSchedule(name: string, noSchedule: boolean): void {
    const record = this.records.named(name)
    if (!record) throw new Error(`there is no agent ${name}`)
    this.writeCordon(record.agent.id, noSchedule)
  }

  protected writeCordon(id: AgentId, cordoned: boolean): Agent | undefined {
    const process = this.#processes.get(id)
    const written = this.records.write(id, { cordoned, updatedAt: this.records.now() })
    if (!written) return undefined
    if (process) process.slipped = cordoned && this.#slipNext === written.name
    if (cordoned && this.#slipNext === written.name) this.#slipNext = undefined
    if (cordoned && this.#revertAfterMs !== undefined) {
      this.clock.startTimer(this.#revertAfterMs, () => this.records.write(id, { cordoned: false }))
      this.#revertAfterMs = undefined
    }
    if (!cordoned && process) {
      const againMs = this.#options.pollAgainMs ?? 5_000
      process.asksFromAt = this.clock.now() + againMs
      this.clock.startTimer(againMs, () => this.#dispatchSoon())
    }
    return written
  }

  /** Its process runs on, but nothing that it reports counts any more. */
  protected dropRecord(id: AgentId): void {
    this.records.delete(id)
    for (const task of this.queue.entries) {
      if (task.agentId === id && task.fate === 'open' && task.queue !== 'pending') task.fate = 'lost'
    }
  }

  protected pollingSlots(): number {
    return this.#askers().reduce((sum, agent) => sum + agent.freeSlots, 0)
  }

  protected subscribe(onSignal: (signal: ServerSignal) => void, signal: AbortSignal): void {
    this.#listeners.add(onSignal)
    signal.addEventListener('abort', () => this.#listeners.delete(onSignal), { once: true })
    if (this.#up && this.#options.events !== false) onSignal('connected')
  }

  #host(): AgentHost {
    return {
      clock: this.clock,
      isUp: () => this.#up,
      contact: ({ id, capacity, labels }) => {
        this.records.write(id, { lastContactAt: this.records.now(), capacity, labels, version: '3.17.0' })
      },
      stampWork: ({ id }) => {
        this.records.write(id, { lastWorkAt: this.records.now() })
      },
      report: (agent, task) => {
        if (!this.records.find(agent.id) || task.fate === 'lost') return
        this.queue.end(task, this.clock.now())
        this.#changed()
      },
      lose: (task) => {
        if (task.fate === 'open') task.fate = 'lost'
      },
      endLease: (task) => this.queue.endLease(task),
      wantsWork: () => this.#dispatchSoon(),
    }
  }

  #askers(): readonly FakeAgent[] {
    const now = this.clock.now()
    return [...this.#processes.values()].filter((agent) => {
      const record = this.records.find(agent.id)?.agent
      if (!record || !agent.connected || agent.freeSlots <= 0) return false
      return record.cordoned ? agent.slipped : now >= agent.asksFromAt
    })
  }

  #bestFor(task: FakeTask): FakeAgent | undefined {
    let best: FakeAgent | undefined
    let bestScore = 0
    for (const agent of this.#askers()) {
      const labels = this.records.find(agent.id)?.agent.labels ?? {}
      const score = simpleMatching.score(task.labels, labels)
      if (score > bestScore) {
        best = agent
        bestScore = score
      }
    }
    return best
  }

  #changed(): void {
    this.#signal('changed')
    this.#dispatchSoon()
  }

  #dispatchSoon(): void {
    const delayMs = this.#options.dispatchDelayMs ?? 100
    if (this.#dispatchDue || delayMs === Number.POSITIVE_INFINITY) return
    this.#dispatchDue = true
    this.clock.startTimer(delayMs, () => {
      this.#dispatchDue = false
      this.dispatch()
    })
  }

  #signal(signal: ServerSignal): void {
    if (this.#options.events === false) return
    for (const tell of this.#listeners) tell(signal)
  }
}
