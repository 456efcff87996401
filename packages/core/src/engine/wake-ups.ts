import type { Clock } from '../ports/clock.ts'

/** How a wait of the loop ended: its time had come, or something happened. */
export type Wake = 'due' | 'event' | 'stopped'

const LEAST_BETWEEN_EVENTS_MS = 2_000

/** Decides when the next tick is: at its time, or earlier because of an event, at most once in two seconds. */
export class WakeUps {
  readonly #clock: Clock
  #dueAt = 0
  #eventPending = false
  #lastEventTickAt = Number.NEGATIVE_INFINITY
  #notify: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Something happened: look soon. */
  event(): void {
    this.#eventPending = true
    this.#notify()
  }

  /** Be awake by then, if not earlier. */
  by(at: number): void {
    if (at >= this.#dueAt) return
    this.#dueAt = at
    this.#notify()
  }

  /** Waits for the next tick, which is due at `dueAt` unless something asks for an earlier one. */
  async next(dueAt: number, signal: AbortSignal): Promise<Wake> {
    this.#dueAt = dueAt
    for (;;) {
      if (signal.aborted) return 'stopped'
      const now = this.#clock.now()
      if (now >= this.#dueAt) return 'due'
      const eventAt = this.#lastEventTickAt + LEAST_BETWEEN_EVENTS_MS
      if (this.#eventPending && now >= eventAt) {
        this.#eventPending = false
        this.#lastEventTickAt = now
        return 'event'
      }
      await this.#wait(Math.min(this.#dueAt, this.#eventPending ? eventAt : this.#dueAt) - now, signal)
    }
  }

  /** A tick that looks at everything has served whatever event was pending. */
  served(): void {
    this.#eventPending = false
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
