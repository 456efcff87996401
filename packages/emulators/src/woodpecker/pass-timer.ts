import type { Clock } from '@woodpeckers/autoscaler-core'

/** Rings at fixed moments, one every `everyMs`; only at those that were asked for, so that quiet costs nothing. */
export class PassTimer {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #startedAt: number
  readonly #ring: () => void
  #next: { readonly dueAt: number; cancel(): void } | undefined
  #stopped = false

  constructor(clock: Clock, everyMs: number, ring: () => void) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#startedAt = clock.now()
    this.#ring = ring
  }

  /** Asks for the first moment after `at`, and after now. */
  after(at: number = this.#clock.now()): void {
    const elapsedMs = Math.max(at, this.#clock.now()) - this.#startedAt
    const dueAt = this.#startedAt + (Math.floor(elapsedMs / this.#everyMs) + 1) * this.#everyMs
    if (this.#stopped || (this.#next && this.#next.dueAt <= dueAt)) return
    this.#next?.cancel()
    const cancel = this.#clock.startTimer(dueAt - this.#clock.now(), () => {
      this.#next = undefined
      this.#ring()
    })
    this.#next = { dueAt, cancel }
  }

  stop(): void {
    this.#stopped = true
    this.#next?.cancel()
  }
}
