import type { Clock } from '@woodpeckers/autoscaler-core'

/** How many requests a project has left: a bucket that fills up steadily. */
export class HetznerRateLimit {
  readonly #clock: Clock
  readonly #limit: { readonly burst: number; readonly perSecond: number }
  #left: number
  #countedAt: number
  #throttledUntil = 0
  /** Requests that were answered 429. */
  exceeded = 0

  constructor(clock: Clock, limit: { readonly burst: number; readonly perSecond: number }) {
    this.#clock = clock
    this.#limit = limit
    this.#left = limit.burst
    this.#countedAt = clock.now()
  }

  /** Whether one more request may go. */
  take(): boolean {
    this.#refill()
    if (this.#clock.now() < this.#throttledUntil) this.#left = 0
    if (this.#left < 1) {
      this.exceeded++
      return false
    }
    this.#left--
    return true
  }

  /** None may go for so long, as if somebody else used all of them up. */
  throttle(forMs: number): void {
    this.#throttledUntil = this.#clock.now() + forMs
  }

  /** As if others had used some. */
  use(count: number): void {
    this.#refill()
    this.#left = Math.max(0, this.#left - count)
  }

  headers(): Readonly<Record<string, string>> {
    const { burst, perSecond } = this.#limit
    const fullAt = this.#clock.now() + ((burst - this.#left) / perSecond) * 1_000
    return {
      'RateLimit-Limit': String(burst),
      'RateLimit-Remaining': String(Math.floor(this.#left)),
      'RateLimit-Reset': String(Math.ceil(fullAt / 1_000)),
    }
  }

  #refill(): void {
    const now = this.#clock.now()
    const gained = ((now - this.#countedAt) / 1_000) * this.#limit.perSecond
    this.#left = Math.min(this.#limit.burst, this.#left + gained)
    this.#countedAt = now
  }
}
