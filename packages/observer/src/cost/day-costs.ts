import type { Money, PoolId } from '@woodpeckers/autoscaler-core'
import { Amounts } from './amounts.ts'
import type { Charge } from './ledger.ts'

const DAY_MS = 86_400_000

/** What this process has seen its pools cost today, by UTC. */
export class DayCosts {
  #day = 0
  #pools = new Map<PoolId, Amounts>()
  #idle = new Amounts()

  add(charges: readonly Charge[], at: number): void {
    const day = Math.floor(at / DAY_MS)
    if (day !== this.#day) {
      this.#day = day
      this.#pools = new Map()
      this.#idle = new Amounts()
    }
    for (const { pool, cost, idle } of charges) {
      if (cost.length > 0) this.#of(pool).addAll(cost)
      this.#idle.addAll(idle)
    }
  }

  ofPool(pool: PoolId): readonly Money[] {
    return this.#pools.get(pool)?.list() ?? []
  }

  get idle(): readonly Money[] {
    return this.#idle.list()
  }

  #of(pool: PoolId): Amounts {
    const known = this.#pools.get(pool)
    if (known) return known
    const made = new Amounts()
    this.#pools.set(pool, made)
    return made
  }
}

/** How much of the day is still to come. */
export function msUntilMidnight(at: number): number {
  return DAY_MS - (at % DAY_MS)
}
