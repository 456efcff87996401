import type { AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Clock } from '../ports/clock.ts'
import type { TaskEntry } from './fake-task.ts'

const HEARTBEAT_MS = 10_000
/** The server writes down work once a minute at most. */
const WORK_STAMP_MS = 60_000
/** A task whose agent is not heard of for so long goes back to the queue. */
const LEASE_MS = 60_000

/** What an agent's process asks of the fake server. */
export interface AgentHost {
  readonly clock: Clock
  readonly isUp: () => boolean
  /** Writes the heartbeat into the record, or says that there is none. */
  contact(agent: FakeAgent): void
  stampWork(agent: FakeAgent): void
  /** The end of a task, told by the agent that ran it. */
  report(agent: FakeAgent, task: TaskEntry): void
  lose(task: TaskEntry): void
  endLease(task: TaskEntry): void
  wantsWork(): void
}

/** An agent's process: in contact every 10 s, and at work on what the server gives it. */
export class FakeAgent {
  readonly id: AgentId
  readonly capacity: number
  readonly labels: Labels
  readonly running: Set<TaskEntry> = new Set()
  /** Asks for no work before. */
  asksFromAt: number
  /** One of its pollers was not sent away by the cordon: it can still get one task. */
  slipped = false
  readonly #host: AgentHost
  readonly #unreported: TaskEntry[] = []
  #alive = true
  #silent = false
  #connected = false
  #stampedAt = Number.NEGATIVE_INFINITY
  readonly #timers = new Set<() => void>()

  constructor(host: AgentHost, { id, capacity, labels }: Pick<FakeAgent, 'id' | 'capacity' | 'labels'>) {
    this.#host = host
    this.id = id
    this.capacity = capacity
    this.labels = labels
    this.asksFromAt = host.clock.now()
    this.#connect()
    this.#after(HEARTBEAT_MS, () => this.#beat())
  }

  get alive(): boolean {
    return this.#alive
  }

  /** In contact with the server, so able to get and report work. */
  get connected(): boolean {
    return this.#connected && this.#alive && !this.#silent
  }

  get freeSlots(): number {
    return this.capacity - this.running.size - this.#unreported.length
  }

  /** Is heard of no more, and works on. */
  silence(): void {
    this.#silent = true
    this.disconnect()
  }

  /** Is heard of again. */
  speak(): void {
    this.#silent = false
    this.#connect()
  }

  /** Ends at once, as when its machine goes: what it ran is lost. */
  kill(): void {
    if (!this.#alive) return
    this.#alive = false
    const cut = [...this.running, ...this.#unreported]
    for (const cancel of this.#timers) cancel()
    for (const task of cut) this.#host.lose(task)
    this.#host.clock.startTimer(LEASE_MS, () => {
      for (const task of cut) this.#host.endLease(task)
    })
    this.running.clear()
  }

  /** Starts a task that the server gave it. */
  work(task: TaskEntry): void {
    this.running.add(task)
    this.#stampWork()
    if (task.durationMs !== undefined) this.#after(task.durationMs, () => this.finish(task))
  }

  /** Comes to the end of a task, and reports it, at once or when it is in contact again. */
  finish(task: TaskEntry): void {
    if (!this.running.delete(task)) return
    if (this.connected) this.#host.report(this, task)
    else this.#unreported.push(task)
  }

  /** Its connection breaks: the server is away, or it is silent. */
  disconnect(): void {
    this.#connected = false
    const held = [...this.running, ...this.#unreported]
    this.#after(LEASE_MS, () => {
      if (this.connected || !this.#host.isUp()) return
      for (const task of held) this.#host.endLease(task)
    })
  }

  reconnectIn(ms: number): void {
    this.#after(ms, () => this.#connect())
  }

  #connect(): void {
    if (this.#silent || !this.#host.isUp()) return
    this.#connected = true
    for (const task of this.#unreported.splice(0)) this.#host.report(this, task)
    this.#inContact()
  }

  #beat(): void {
    if (this.connected) this.#inContact()
    this.#after(HEARTBEAT_MS, () => this.#beat())
  }

  #inContact(): void {
    this.#host.contact(this)
    if (this.running.size > 0) this.#stampWork()
    this.#host.wantsWork()
  }

  #stampWork(): void {
    const now = this.#host.clock.now()
    if (now - this.#stampedAt < WORK_STAMP_MS || !this.connected) return
    this.#stampedAt = now
    this.#host.stampWork(this)
  }

  #after(ms: number, ring: () => void): void {
    const cancel = this.#host.clock.startTimer(ms, () => {
      this.#timers.delete(cancel)
      ring()
    })
    this.#timers.add(cancel)
  }
}
