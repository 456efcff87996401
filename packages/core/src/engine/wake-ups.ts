import type { Clock } from '../ports/clock.ts'

/** How a wait of the loop ended: its time had come, or something happened. */
export type Wake = 'due' | 'event' | 'stopped'

const LEAST_BETWEEN_EVENTS_MS = 300
/** Agents that are drained at the same time have their steps at any moment. */
const LEAST_BETWEEN_STEPS_MS = 1_000
/** With reads one after another, events cost the server about a tenth of its time. */
const GAP_PER_READ = 10
/** A server that needs seconds for one read is under load from elsewhere. To stay deaf for longer would not help it. */
const MOST_BETWEEN_EVENTS_MS = 5_000

/**
 * Decides when the next tick is: at its time, or earlier because of an event. The gap between two ticks for events
 * follows what reading costs the server. Every time here is one of the monotonic clock.
 */
export class WakeUps {
  readonly #clock: Clock
  /** The earliest time that somebody requested. */
  #wantedAt = Number.POSITIVE_INFINITY
  #stepAt = Number.POSITIVE_INFINITY
  #lastDueTickAt = Number.NEGATIVE_INFINITY
  #eventPending = false
  #reconnectPending = false
  #lastEventTickAt = Number.NEGATIVE_INFINITY
  #lastReconnectTickAt = Number.NEGATIVE_INFINITY
  /** Of the last two reads of the server. One that was slow by chance says nothing. */
  #reads: readonly number[] = [0]
  #notify: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Something happened: tick soon. */
  event(): void {
    this.#eventPending = true
    this.#notify()
  }

  /** The events come again: some may have been missed. Such a tick keeps no event waiting. */
  reconnected(): void {
    this.#reconnectPending = true
    this.#notify()
  }

  /** Be awake in so long, if not earlier; also when a tick is running at the moment. */
  within(delayMs: number): void {
    this.#wantedAt = Math.min(this.#wantedAt, this.#clock.monotonic() + delayMs)
    this.#notify()
  }

  /** A step is due in so long: many steps of many drains share a tick. */
  stepWithin(delayMs: number): void {
    this.#stepAt = Math.min(this.#stepAt, this.#clock.monotonic() + delayMs)
    this.#notify()
  }

  /** So long the server needed for one reading of agents and queue. */
  serverRead(tookMs: number): void {
    this.#reads = [...this.#reads.slice(-1), tookMs]
  }

  /**
   * Waits for the next tick, which is due at `dueAt`, for the next step of a drain at `stepAt`, unless something requests
   * an earlier one.
   */
  async next(dueAt: number, stepAt: number, signal: AbortSignal): Promise<Wake> {
    const wake = await this.#next(dueAt, stepAt, signal)
    if (wake === 'due') this.#lastDueTickAt = this.#clock.monotonic()
    this.#stepAt = Number.POSITIVE_INFINITY
    return wake
  }

  async #next(dueAt: number, stepAt: number, signal: AbortSignal): Promise<Wake> {
    for (;;) {
      if (signal.aborted) return 'stopped'
      const now = this.#clock.monotonic()
      const nextStepAt = Math.max(
        Math.min(stepAt, this.#stepAt),
        this.#lastDueTickAt + this.#gapMs(LEAST_BETWEEN_STEPS_MS),
      )
      const untilAt = Math.min(dueAt, nextStepAt, this.#wantedAt)
      if (now >= untilAt) {
        this.#wantedAt = Number.POSITIVE_INFINITY
        return 'due'
      }
      const reconnectAt = this.#reconnectAt
      const eventAt = this.#eventAt
      if (now >= reconnectAt) {
        this.#lastReconnectTickAt = now
        this.#lastEventTickAt = Number.NEGATIVE_INFINITY
        this.served()
        return 'event'
      }
      if (now >= eventAt) {
        this.#lastEventTickAt = now
        this.served()
        return 'event'
      }
      await this.#wait(Math.min(untilAt, eventAt, reconnectAt) - now, signal)
    }
  }

  /** A tick that reads everything has served whatever was pending. */
  served(): void {
    this.#eventPending = false
    this.#reconnectPending = false
  }

  get #eventAt(): number {
    if (!this.#eventPending) return Number.POSITIVE_INFINITY
    return this.#lastEventTickAt + this.#gapMs(LEAST_BETWEEN_EVENTS_MS)
  }

  #gapMs(leastMs: number): number {
    const gapMs = Math.max(leastMs, GAP_PER_READ * Math.min(...this.#reads))
    return Math.min(gapMs, MOST_BETWEEN_EVENTS_MS)
  }

  /** A stream that ends as soon as it has come must not cause a tick each time. */
  get #reconnectAt(): number {
    if (!this.#reconnectPending) return Number.POSITIVE_INFINITY
    return this.#lastReconnectTickAt + MOST_BETWEEN_EVENTS_MS
  }

  #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        this.#notify = () => {}
        resolve()
      }
      const cancel = this.#clock.startTimer(delayMs, done)
      signal.addEventListener('abort', done, { once: true })
      this.#notify = done
    })
  }
}
