import type { Random } from '@woodpeckers/autoscaler-core'

const FIRST_MS = 10
const FACTOR = 1.5
const LONGEST_MS = 10_000

/** The waits of the real agent between two tries to reach its server: up to 10 s, give or take a half. */
export class Backoff {
  #waitMs = FIRST_MS
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  nextMs(): number {
    const waitMs = this.#waitMs * (0.5 + this.#random())
    this.#waitMs = Math.min(this.#waitMs * FACTOR, LONGEST_MS)
    return waitMs
  }
}
