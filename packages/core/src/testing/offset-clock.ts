import type { Clock } from '../ports/clock.ts'

/** Somebody's clock: as fast as the world's, but it shows another time, and may be set. */
export class OffsetClock implements Clock {
  offsetMs: number
  readonly #world: Clock

  constructor(world: Clock, offsetMs: number) {
    this.#world = world
    this.offsetMs = offsetMs
  }

  now(): number {
    return this.#world.now() + this.offsetMs
  }

  monotonic(): number {
    return this.#world.monotonic()
  }

  startTimer(delayMs: number, ring: () => void): () => void {
    return this.#world.startTimer(delayMs, ring)
  }
}
