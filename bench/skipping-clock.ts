import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@woodpeckers/autoscaler-core'

/** Turns of the event loop after which what was written to a socket of this process has been read there. */
const QUIET_TURNS = 6
/** A request that waits so long, by the real clock, waits for time to pass. */
const REAL_PATIENCE_MS = 200

interface Timer {
  readonly dueAt: number
  readonly ring: () => void
}

/**
 * A clock for real HTTP within one process: it stands still while a request is under way, and skips to the
 * next timer when nothing is. An hour takes seconds, and no call is counted too few because computers are slow.
 */
export class SkippingClock implements Clock {
  readonly #requestsUnderWay: () => number
  readonly #timers: Set<Timer> = new Set()
  #now = Date.UTC(2026, 0, 1)

  constructor(requestsUnderWay: () => number) {
    this.#requestsUnderWay = requestsUnderWay
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  startTimer(delayMs: number, ring: () => void): () => void {
    const timer = { dueAt: this.#now + Math.max(delayMs, 0), ring }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  async skip(forMs: number): Promise<void> {
    const untilAt = this.#now + forMs
    for (;;) {
      await this.#settle()
      const next = this.#next()
      if (!next || next.dueAt > untilAt) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.dueAt)
      next.ring()
    }
    this.#now = untilAt
  }

  async #settle(): Promise<void> {
    const startedAt = performance.now()
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      await setImmediate()
      if (this.#requestsUnderWay() === 0) quiet++
      else if (performance.now() - startedAt > REAL_PATIENCE_MS) return
      else quiet = 0
    }
  }

  #next(): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) if (!next || timer.dueAt < next.dueAt) next = timer
    return next
  }
}
