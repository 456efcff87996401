import type { Clock } from '../ports/clock.ts'

/** How a wait of the loop ended: its time had come, or something happened. */
export type Wake = 'due' | 'event' | 'stopped'

const LEAST_BETWEEN_EVENTS_MS = 2_000

/** Decides when the next tick is: at its time, or earlier because of an event, at most once in two seconds. */
export class WakeUps {
  readonly #clock: Clock
  /** The earliest time that somebody asked for. */
  #wantedAt = Number.POSITIVE_INFINITY
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

  /** Be awake by then, if not earlier; also when a tick is running now. */
  by(at: number): void {
    this.#wantedAt = Math.min(this.#wantedAt, at)
    this.#notify()
  }

  /** Waits for the next tick, which is due at `dueAt` unless something asks for an earlier one. */
  async next(dueAt: number, signal: AbortSignal): Promise<Wake> {
    const enteredAt = this.#clock.now()
    for (;;) {
      if (signal.aborted) return 'stopped'
      const now = this.#clock.now()
      const untilAt = Math.min(dueAt, this.#wantedAt)
      // A clock that was set back says nothing about how long we have waited: look anew.
      if (now >= untilAt || now < enteredAt) {
        this.#wantedAt = Number.POSITIVE_INFINITY
        return 'due'
      }
      const eventAt = Math.min(this.#lastEventTickAt, now) + LEAST_BETWEEN_EVENTS_MS
      if (this.#eventPending && now >= eventAt) {
        this.#eventPending = false
        this.#lastEventTickAt = now
        return 'event'
      }
      await this.#wait(Math.min(untilAt, this.#eventPending ? eventAt : untilAt) - now, signal)
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
