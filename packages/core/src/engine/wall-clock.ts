import type { Clock } from '../ports/clock.ts'

/** Two readings one after the other, and clocks that count in whole milliseconds, differ by less. */
const LEAST_JUMP_MS = 1_000

/** Notices when somebody sets the wall clock: an administrator, NTP, or a virtual machine that is resumed. */
export class WallClock {
  readonly #clock: Clock
  #aheadMs: number
  #movedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#aheadMs = clock.now() - clock.monotonic()
  }

  /** By how much it was set since this was last called; 0: not at all. */
  takeJump(): number {
    const aheadMs = this.#clock.now() - this.#clock.monotonic()
    const jumpMs = Math.round(aheadMs - this.#aheadMs)
    if (Math.abs(jumpMs) < LEAST_JUMP_MS) return 0
    this.#aheadMs += jumpMs
    this.#movedMs += jumpMs
    return jumpMs
  }

  /** By how much it was set in all. */
  get movedMs(): number {
    return this.#movedMs
  }
}
