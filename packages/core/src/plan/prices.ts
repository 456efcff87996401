import type { Money } from '../model/money.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'

interface PoolPrices {
  readonly next: Money | undefined
  readonly dearest: Money | undefined
}

/** What machines cost by the hour, as far as their clouds have said. */
export class Prices {
  readonly #byPool: ReadonlyMap<PoolId, PoolPrices>
  readonly haveOneCurrency: boolean

  constructor({ snapshot, memory, pools }: PlanInput) {
    this.#byPool = new Map(
      pools.map(({ id }) => {
        const offerings = memory.offerings.get(id) ?? []
        const refused = memory.refusedOfferings.get(id)
        const isOpen = (offering: string): boolean =>
          (refused?.get(offering)?.untilAt ?? 0) <= snapshot.takenAt
        const next = (offerings.find((offering) => isOpen(offering.id)) ?? offerings[0])?.hourlyPrice
        return [id, { next, dearest: dearestOf(offerings.map(({ hourlyPrice }) => hourlyPrice)) }]
      }),
    )
    const known = [...this.#byPool.values()].flatMap(({ next }) => next?.currency ?? [])
    this.haveOneCurrency = new Set(known).size <= 1
  }

  /** Of the machine that the pool would launch next, if it is to be had. */
  ofNext({ id }: PoolPolicy): Money | undefined {
    return this.#byPool.get(id)?.next
  }

  /** The most that a launch may come to, since what comes first may be sold out. `undefined`: nobody knows. */
  ofDearest({ id }: PoolPolicy): Money | undefined {
    return this.#byPool.get(id)?.dearest
  }

  /** Of a machine that is there, or comes. */
  ofMember({ pool, machine }: PoolMembers['members'][number]): Money | undefined {
    return machine?.hourlyPrice ?? this.ofDearest(pool)
  }
}

/** Without the price of one nobody knows what it may come to. */
function dearestOf(prices: readonly (Money | undefined)[]): Money | undefined {
  let dearest = prices[0]
  for (const price of prices) {
    if (!price || price.currency !== dearest?.currency) return undefined
    if (price.amount > dearest.amount) dearest = price
  }
  return dearest
}
