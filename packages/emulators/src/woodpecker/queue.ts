import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import { PassTimer } from './pass-timer.ts'
import { Pollers } from './pollers.ts'
import type { QueuedTask } from './queued-task.ts'
import type { TaskRow } from './rows.ts'
import type { ServerTiming } from './settings.ts'

interface Running {
  readonly task: QueuedTask
  expiresAt: number
  /** Told when the task has left `running`: `canceled`, or done or expired. */
  readonly onEnd: ((canceled: boolean) => void)[]
}

/** What happened in the queue. `assigned`: to a poller of this agent, whether or not anybody hears of it. */
export type QueueEvent =
  | { readonly kind: 'assigned'; readonly taskId: string; readonly agentId: number }
  | { readonly kind: 'resubmitted'; readonly taskId: string }

/**
 * The server's memory of its work: all of it is forgotten at a restart. Nothing moves but in a pass, every
 * 100 ms, and in no pass while paused: so leases do not end then, and dependencies are not looked at.
 */
export class Queue {
  pending: QueuedTask[] = []
  waiting: QueuedTask[] = []
  readonly running: Map<string, Running> = new Map()
  readonly pollers: Pollers
  #paused = false
  readonly #clock: Clock
  readonly #timing: ServerTiming
  readonly #onEvent: (event: QueueEvent) => void
  readonly #passes: PassTimer
  #closed = false

  constructor(
    clock: Clock,
    random: Random,
    timing: ServerTiming,
    onEvent: (event: QueueEvent) => void = () => {},
  ) {
    this.#clock = clock
    this.#timing = timing
    this.#onEvent = onEvent
    this.#passes = new PassTimer(clock, timing.passMs, () => this.#schedule())
    this.pollers = new Pollers(random)
  }

  get paused(): boolean {
    return this.#paused
  }

  set paused(paused: boolean) {
    this.#paused = paused
    this.#passes.after()
  }

  push(rows: readonly TaskRow[]): void {
    for (const row of rows) this.pending.push({ row, agentId: 0, depStatus: {} })
    this.#passes.after()
  }

  /**
   * Asks for work. `kicked`: sent away; `lost`: the server went, or the signal aborted because the
   * connection broke. A machine that vanishes does not abort, and so stays.
   */
  poll(
    agentId: number,
    score: (task: QueuedTask) => number,
    signal: AbortSignal,
  ): Promise<QueuedTask | 'kicked' | 'lost'> {
    return new Promise((resolve) => {
      if (this.#closed || signal.aborted) return resolve('lost')
      const poller = { agentId, score, settle: resolve }
      this.pollers.add(poller)
      this.#passes.after()
      signal.addEventListener(
        'abort',
        () => {
          this.pollers.remove(poller)
          resolve('lost')
        },
        { once: true },
      )
    })
  }

  /** Sends away the idle slots of an agent; `sparing` of them are overlooked. */
  kick(agentId: number, sparing = 0): void {
    const its = this.pollers.all().filter((poller) => poller.agentId === agentId)
    for (const poller of its.slice(sparing)) {
      this.pollers.remove(poller)
      poller.settle('kicked')
    }
  }

  /** `false`: the queue does not know it as running. */
  extend(taskId: string): boolean {
    const running = this.running.get(taskId)
    if (!running) return false
    running.expiresAt = this.#clock.now() + this.#timing.leaseMs
    this.#passes.after()
    return true
  }

  /** Resolves when the task has left `running`; at once if it is not there. */
  ended(taskId: string, signal: AbortSignal): Promise<{ readonly canceled: boolean } | 'lost'> {
    return new Promise((resolve) => {
      const running = this.running.get(taskId)
      if (this.#closed) return resolve('lost')
      if (!running) return resolve({ canceled: false })
      running.onEnd.push((canceled) => resolve(this.#closed ? 'lost' : { canceled }))
      signal.addEventListener('abort', () => resolve('lost'), { once: true })
    })
  }

  /** Removes what ended and tells those that depend on it; `false`: it was not running here. */
  done(taskId: string, status: string): boolean {
    const running = this.running.get(taskId)
    this.#setDepStatus(taskId, status)
    this.#passes.after()
    if (!running) return false
    this.#leaveRunning(running, false)
    return true
  }

  /** Removes tasks wherever they are; those who run them hear that they are canceled. */
  cancel(taskIds: ReadonlySet<string>): void {
    this.pending = this.pending.filter(({ row }) => !taskIds.has(row.id))
    this.waiting = this.waiting.filter(({ row }) => !taskIds.has(row.id))
    for (const running of [...this.running.values()]) {
      if (taskIds.has(running.task.row.id)) this.#leaveRunning(running, true)
    }
    this.#passes.after()
  }

  /** The server is about to go: nothing moves any more, but calls that wait go on waiting. */
  halt(): void {
    this.#closed = true
    this.#passes.stop()
  }

  /** Ends with the server: every call that waits is lost. */
  close(): void {
    this.halt()
    for (const poller of this.pollers.all()) poller.settle('lost')
    for (const { onEnd } of this.running.values()) for (const tell of onEnd) tell(false)
  }

  /** One pass of the scheduler, as the real server makes it. */
  #schedule(): void {
    if (this.#paused) return
    this.#resubmitExpired()
    this.#sortOutWaiting()
    while (this.#assignOne()) {}
    this.#lookAtSoonestLease()
  }

  #resubmitExpired(): void {
    const now = this.#clock.now()
    for (const running of [...this.running.values()]) {
      if (running.expiresAt > now) continue
      const { task } = running
      this.pending.unshift(task)
      this.#leaveRunning(running, false)
      this.#onEvent({ kind: 'resubmitted', taskId: task.row.id })
    }
  }

  #sortOutWaiting(): void {
    if (this.waiting.length === 0 && this.pending.every(({ row }) => row.dependencies.length === 0)) return
    const all = [...this.pending, ...this.waiting]
    const open = new Set([...all.map(({ row }) => row.id), ...this.running.keys()])
    const waits = ({ row }: QueuedTask) => row.dependencies.some((id) => open.has(id))
    this.waiting = all.filter(waits)
    this.pending = all.filter((task) => !waits(task))
  }

  #assignOne(): boolean {
    if (this.pollers.count === 0) return false
    for (const task of this.pending) {
      if (this.#groupIsFull(task.row)) continue
      const poller = this.pollers.bestFor(task)
      if (!poller) continue
      this.pollers.remove(poller)
      this.pending = this.pending.filter((other) => other !== task)
      task.agentId = poller.agentId
      const expiresAt = this.#clock.now() + this.#timing.leaseMs
      this.running.set(task.row.id, { task, expiresAt, onEnd: [] })
      this.#onEvent({ kind: 'assigned', taskId: task.row.id, agentId: poller.agentId })
      poller.settle(task)
      return true
    }
    return false
  }

  #groupIsFull(row: TaskRow): boolean {
    if (row.concurrencyLimit <= 0 || row.concurrencyGroup === '') return false
    let inGroup = 0
    for (const { task } of this.running.values()) {
      if (task.row.concurrencyGroup === row.concurrencyGroup) inGroup++
    }
    return inGroup >= row.concurrencyLimit
  }

  #leaveRunning(running: Running, canceled: boolean): void {
    this.running.delete(running.task.row.id)
    for (const tell of running.onEnd) tell(canceled)
  }

  #setDepStatus(taskId: string, status: string): void {
    const running = [...this.running.values()].map(({ task }) => task)
    for (const task of [...this.pending, ...this.waiting, ...running]) {
      if (task.row.dependencies.includes(taskId)) task.depStatus[taskId] = status
    }
  }

  #lookAtSoonestLease(): void {
    let soonest = Infinity
    for (const { expiresAt } of this.running.values()) soonest = Math.min(soonest, expiresAt)
    if (soonest < Infinity) this.#passes.after(soonest)
  }
}
