import type { Clock } from '@woodpeckers/autoscaler-core'

/**
 * Timeweb's edge: a client that asks well above 2/s is shut out for a while. It gets no refusal: its packets
 * are dropped.
 */
export class TimewebEdge {
  readonly #clock: Clock
  readonly #limit: { readonly perSecond: number; readonly burst: number; readonly banMs: number }
  #left: number
  #countedAt: number
  #bannedUntil = 0
  /** How often somebody was shut out. */
  bans = 0

  constructor(
    clock: Clock,
    limit: { readonly perSecond: number; readonly burst: number; readonly banMs: number },
  ) {
    this.#clock = clock
    this.#limit = limit
    this.#left = limit.burst
    this.#countedAt = clock.now()
  }

  /** Whether a request gets through. */
  lets(): boolean {
    const now = this.#clock.now()
    if (now < this.#bannedUntil) return false
    const { perSecond, burst, banMs } = this.#limit
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond)
    this.#countedAt = now
    // A little less than one, for what adding up fractions loses.
    if (this.#left >= 0.999) {
      this.#left -= 1
      return true
    }
    this.ban(banMs)
    return false
  }

  /** As if somebody else had asked too much from the same address. */
  ban(forMs: number): void {
    this.bans++
    this.#bannedUntil = this.#clock.now() + forMs
  }
}
