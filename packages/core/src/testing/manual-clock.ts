import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../ports/clock.ts'

interface Timer {
  readonly dueAt: number
  readonly order: number
  readonly ring: () => void
}

/** A clock that stands still until it is told to go on: hours pass in milliseconds, the same every time. */
export class ManualClock implements Clock {
  /** Timers run by it; the wall clock shows `#setByMs` more. */
  #now: number
  #setByMs = 0
  #order = 0
  readonly #timers = new Set<Timer>()

  /** Starts at a round date, so that times in failures are easy to read. */
  constructor(startAt: number = Date.UTC(2026, 0, 1)) {
    this.#now = startAt
  }

  now(): number {
    return this.#now + this.#setByMs
  }

  monotonic(): number {
    return this.#now
  }

  /** Sets the wall clock forward, or back: timers and `monotonic` do not notice. */
  setWall(byMs: number): void {
    this.#setByMs += byMs
  }

  startTimer(delayMs: number, ring: () => void): () => void {
    const timer = { dueAt: this.#now + Math.max(delayMs, 0), order: this.#order++, ring }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /**
   * Lets time pass, ringing each timer at its moment. Between two of them everything that is ready to run
   * runs, so that a promise which sets the next timer is not overtaken.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const next = this.#nextBy(until)
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.dueAt)
      next.ring()
      await settle()
    }
    this.#now = until
  }

  #nextBy(until: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.dueAt > until) continue
      if (!next || timer.dueAt < next.dueAt || (timer.dueAt === next.dueAt && timer.order < next.order)) {
        next = timer
      }
    }
    return next
  }
}

/** Lets every promise that can go on go on. A turn of the event loop runs all micro-tasks; some chains take more. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate()
}
