import { type Clock, sleep } from '@woodpeckers/autoscaler-core'

export interface RateLimit {
  readonly perSecond: number
  /** Requests that may go at once after a quiet time. */
  readonly burst: number
}

/**
 * Lets requests of one credential through at a rate, in the order in which they asked. Share one between all
 * that use the credential: see `ProviderContext.share`.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #limit: RateLimit
  #tokens: number
  #countedAt: number
  #notBefore = Number.NEGATIVE_INFINITY
  #last: Promise<void> = Promise.resolve()

  constructor(clock: Clock, limit: RateLimit) {
    this.#clock = clock
    this.#limit = limit
    this.#tokens = limit.burst
    this.#countedAt = clock.monotonic()
  }

  /** Resolves when the next request may go; rejects with the signal's reason when that comes first. */
  acquire(signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#wait(signal))
    this.#last = turn.catch(() => {})
    return turn
  }

  /** The other side has said to wait: nothing goes out before. */
  pauseFor(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#clock.monotonic() + ms)
  }

  /** The other side has said how many are left: fewer than we thought, if somebody else uses the credential too. */
  learnRemaining(remaining: number): void {
    this.#refill()
    this.#tokens = Math.min(this.#tokens, remaining)
  }

  /** How many may go at once now. */
  get left(): number {
    this.#refill()
    return Math.max(0, Math.floor(this.#tokens))
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      this.#refill()
      const now = this.#clock.monotonic()
      const pauseMs = this.#notBefore - now
      const tokenMs = this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#limit.perSecond) * 1_000
      const waitMs = Math.max(pauseMs, tokenMs)
      if (waitMs <= 0) break
      await sleep(this.#clock, Math.ceil(waitMs), signal)
    }
    this.#tokens -= 1
  }

  #refill(): void {
    const now = this.#clock.monotonic()
    const gained = ((now - this.#countedAt) / 1_000) * this.#limit.perSecond
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + Math.max(0, gained))
    this.#countedAt = now
  }
}
