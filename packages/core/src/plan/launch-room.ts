import type { Money } from '../model/money.ts'
import type { Hold } from '../model/plan.ts'
import type { FleetPolicy, PoolId } from '../model/pool.ts'
import { counted } from '../settings/counted.ts'
import { formatDuration } from '../settings/duration.ts'
import { LaunchPermits, type Refusal } from './launch-permits.ts'
import type { Member, PoolMembers } from './members.ts'
import { isPaused } from './orders.ts'
import type { PlanInput } from './plan-input.ts'
import type { Prices } from './prices.ts'
import { spendRefusal } from './spend-cap.ts'

/** Keeps the books of one plan: how much more each pool, and all of them together, may launch. */
export class LaunchRoom {
  readonly #input: PlanInput
  readonly #fleet: FleetPolicy
  readonly #prices: Prices
  readonly #permits: LaunchPermits
  readonly #ofPool = new Map<PoolId, number>()
  readonly #ofBatch = new Map<PoolId, number>()
  readonly #spent: Refusal | undefined
  #machines = 0
  /** By the hour, in the currency of the cap; `undefined`: nobody knows. */
  #hourly: number | undefined = 0

  constructor(input: PlanInput, pools: readonly PoolMembers[], prices: Prices) {
    this.#input = input
    this.#fleet = input.fleet
    this.#prices = prices
    this.#permits = new LaunchPermits(input)
    this.#spent = spendRefusal(input)
    for (const { pool, members, unseen, counted } of pools) {
      this.#ofPool.set(pool.id, pool.max - counted)
      this.#ofBatch.set(pool.id, pool.batch)
      this.#machines += counted
      // A stopped machine pays for its disk alone.
      for (const member of members)
        if (member.state !== 'parked' && !member.takesNoRoom) this.#add(prices.ofMember(member))
      for (let count = unseen; count > 0; count--) this.#add(prices.ofDearest(pool))
    }
  }

  get holds(): readonly Hold[] {
    return this.#permits.holds
  }

  /**
   * Why the pool launches nothing now, for a task that has waited so long; `undefined`: it may. `repeated`: the member
   * whose launch would be repeated; its place is counted already.
   */
  refusal(
    poolMembers: PoolMembers,
    repeated: Member | undefined,
    waitedMs: number = Number.POSITIVE_INFINITY,
  ): Refusal | undefined {
    const { pool, known } = poolMembers
    // Where a list could not be read, that is said already.
    if (!known) return { because: 'machines-unknown', reason: 'nobody knows how many machines there are' }
    const { orders } = this.#input
    if (isPaused(orders, pool.id)) return { because: 'pool-paused', reason: 'somebody has paused it' }
    if (orders.drainedPools.has(pool.id)) return { because: 'pool-draining', reason: 'somebody drains it' }
    const refusal = this.#permits.refusal(pool)
    if (refusal) return refusal
    const own = repeated ? 1 : 0
    if ((this.#ofPool.get(pool.id) ?? 0) + own <= 0)
      return { because: 'at-max', reason: `the pool is at its limit of ${limitText(poolMembers)}` }
    const { maxMachines } = this.#fleet
    if (this.#machines - own >= maxMachines)
      return {
        because: 'fleet-at-max',
        reason: `all pools together may have ${counted(maxMachines, 'machine')}`,
      }
    const money = this.#spent ?? this.#uncounted(pool) ?? this.#tooDear(pool, repeated)
    if (money) return money
    if (waitedMs < pool.scaleUpDelayMs) {
      const reason = `a task waits ${formatDuration(pool.scaleUpDelayMs)} before a machine is made for it`
      const untilAt = this.#input.snapshot.takenAt + pool.scaleUpDelayMs - waitedMs
      return { because: 'scale-up-delay', reason, untilAt }
    }
    if ((this.#ofBatch.get(pool.id) ?? 0) <= 0)
      return { because: 'batch', reason: `${pool.batch} are launched in one look` }
    return undefined
  }

  grant({ pool }: PoolMembers, repeated: Member | undefined): void {
    this.#permits.grant(pool)
    this.#ofBatch.set(pool.id, (this.#ofBatch.get(pool.id) ?? 0) - 1)
    if (repeated) return
    this.#ofPool.set(pool.id, (this.#ofPool.get(pool.id) ?? 0) - 1)
    this.#machines++
    this.#add(this.#prices.ofDearest(pool))
  }

  #add(price: Money | undefined): void {
    const cap = this.#fleet.maxHourlyCost
    if (!cap || this.#hourly === undefined) return
    this.#hourly = price?.currency === cap.currency ? this.#hourly + price.amount : undefined
  }

  /** What nobody can count would be spent beyond every cap. */
  #uncounted(pool: PoolMembers['pool']): Refusal | undefined {
    const cap = this.#fleet.maxSpendPerDay ?? this.#fleet.maxSpendPerMonth
    if (!cap || this.#prices.ofDearest(pool)?.currency === cap.currency) return undefined
    const reason = `what is spent is limited in ${cap.currency}, and what its machines cost is not known in that`
    return { because: 'price-unknown', reason }
  }

  #tooDear(pool: PoolMembers['pool'], repeated: Member | undefined): Refusal | undefined {
    const cap = this.#fleet.maxHourlyCost
    if (!cap) return undefined
    const price = this.#prices.ofDearest(pool)
    const capText = `${cap.amount} ${cap.currency} an hour`
    if (price?.currency !== cap.currency || this.#hourly === undefined) {
      const reason = `machines may cost ${capText}, and the price of some is not known in ${cap.currency}`
      return { because: 'price-unknown', reason }
    }
    // Cents that do not add up exactly must not cost a machine.
    const more = repeated ? 0 : price.amount
    if (this.#hourly + more <= cap.amount + 1e-9) return undefined
    const reason = `machines may cost ${capText}, and cost ${this.#hourly.toFixed(2)} with ${price.amount} for one more`
    return { because: 'hourly-cost', reason }
  }
}

function limitText({ pool, members }: PoolMembers): string {
  const kept = members.filter(({ state }) => state === 'cordoned').length
  const limit = counted(pool.max, 'machine')
  return kept === 0
    ? limit
    : `${limit}, and ${kept} of its agents ${kept === 1 ? 'is' : 'are'} cordoned by someone else`
}
