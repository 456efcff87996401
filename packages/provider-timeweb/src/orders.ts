import type { Clock } from '@woodpeckers/autoscaler-core'

/** One order that this process has sent. */
export interface SentOrder {
  readonly at: number
  /** Undefined: its answer has not come, or was lost. */
  readonly serverId: number | undefined
}

/** Long after any order has settled, and been listed. */
const KEPT_MS = 3_600_000

/**
 * The orders of this process, by name: while lists are late they are all there is to know. Safe to lose, as
 * a name that was given before our start is looked up in a list.
 */
export class Orders {
  readonly #clock: Clock
  readonly #orders: Map<string, SentOrder> = new Map()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(name: string): SentOrder | undefined {
    return this.#orders.get(name)
  }

  sending(name: string): void {
    const now = this.#clock.monotonic()
    for (const [old, { at }] of this.#orders) if (now - at > KEPT_MS) this.#orders.delete(old)
    this.#orders.set(name, { at: now, serverId: undefined })
  }

  accepted(name: string, serverId: number): void {
    this.#orders.set(name, { at: this.#clock.monotonic(), serverId })
  }

  forget(name: string): void {
    this.#orders.delete(name)
  }
}
