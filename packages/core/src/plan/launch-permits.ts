import { agentsByName } from '../evidence/lists.ts'
import type { Memory } from '../model/memory.ts'
import type { Hold } from '../model/plan.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { Operation } from '../model/snapshot.ts'
import { counted } from '../settings/counted.ts'
import { Breaker } from './breaker.ts'
import { type CloudBackOff, cloudBackOff } from './cloud-back-off.ts'
import type { PlanInput } from './plan-input.ts'

/** A failure that nobody has tried to repeat for so long says nothing any more. */
const STALE_AFTER_MS = 10 * 60_000

/** Why nothing is launched now. */
export type Refusal = Pick<Hold, 'because' | 'reason' | 'untilAt'>

/**
 * Whether a pool may launch, as far as failures have a say: its own, its cloud's, the server's, and those of
 * machines that never connect. After a failure one is tried alone, and the rest follows when it is done.
 */
export class LaunchPermits {
  readonly #input: PlanInput
  readonly #breaker: Breaker
  readonly #underWay: readonly Operation[]
  readonly #clouds: ReadonlyMap<PoolId, CloudBackOff | undefined>
  /** Launches of this plan, by pool. */
  readonly #granted = new Map<PoolId, number>()
  readonly #unjudged: ReadonlyMap<PoolId, number>

  constructor(input: PlanInput) {
    const { snapshot, memory, pools } = input
    this.#input = input
    this.#breaker = new Breaker(input)
    this.#underWay = snapshot.inFlight.filter(({ kind }) => kind === 'launch')
    this.#clouds = new Map(pools.map((pool) => [pool.id, cloudBackOff(pool, pools, memory)]))
    this.#unjudged = countUnjudged(memory)
  }

  get holds(): readonly Hold[] {
    return this.#breaker.holds
  }

  /** `undefined`: it may. */
  refusal({ id }: PoolPolicy): Refusal | undefined {
    return this.#ofServer() ?? this.#ofPool(id) ?? this.#ofCloud(id) ?? this.#ofBreaker(id)
  }

  grant({ id }: PoolPolicy): void {
    this.#granted.set(id, (this.#granted.get(id) ?? 0) + 1)
  }

  #ofServer(): Refusal | undefined {
    const { snapshot, memory } = this.#input
    const last = memory.serverBackOff
    if (!last || this.#isStale(last)) return undefined
    const because = 'server-backing-off'
    const { untilAt } = last
    if (snapshot.takenAt < untilAt) return { because, reason: `no record can be made: ${last.why}`, untilAt }
    const tries = this.#underWay.filter(({ startedAt }) => startedAt >= last.sinceAt)
    // One with its record is past the server: it works again, whatever the cloud does.
    const agents = snapshot.agents.ok ? snapshot.agents.value.agents : []
    const recordNames = agentsByName(agents)
    if (tries.some(({ name }) => recordNames.has(name))) return undefined
    if (tries.length + sum(this.#granted.values()) === 0) return undefined
    return { because, reason: `one is tried first, as no record could be made: ${last.why}` }
  }

  #ofPool(id: PoolId): Refusal | undefined {
    const { snapshot, memory } = this.#input
    const last = memory.backOff.get(id)
    if (!last || this.#isStale(last)) return undefined
    const because = 'backing-off'
    const { untilAt } = last
    if (snapshot.takenAt < untilAt) return { because, reason: `the last launch failed: ${last.why}`, untilAt }
    if (this.#triesOf(new Set([id]), last.sinceAt) === 0) return undefined
    return { because, reason: `one is tried first, as the last launch failed: ${last.why}` }
  }

  #ofCloud(id: PoolId): Refusal | undefined {
    const cloud = this.#clouds.get(id)
    if (!cloud || this.#isStale(cloud)) return undefined
    const because = 'cloud-backing-off'
    const failed = `launches of ${counted(cloud.failing.size, 'pool')} failed at this cloud: ${cloud.why}`
    // A pool that it has not refused tries for itself: perhaps it is the others.
    if (!cloud.failing.has(id)) {
      if (this.#input.memory.backOff.has(id) || this.#triesOf(new Set([id]), cloud.sinceAt) === 0)
        return undefined
      return { because, reason: `one is tried first, as ${failed}` }
    }
    const { untilAt } = cloud
    if (this.#input.snapshot.takenAt < untilAt) return { because, reason: failed, untilAt }
    if (this.#triesOf(cloud.failing, cloud.sinceAt) === 0) return undefined
    return { because, reason: `one is tried first, as ${failed}` }
  }

  #ofBreaker(id: PoolId): Refusal | undefined {
    const pending = (pool?: PoolId): number => {
      const ofPool = (counts: ReadonlyMap<PoolId, number>): number =>
        pool === undefined ? sum(counts.values()) : (counts.get(pool) ?? 0)
      const launching = this.#underWay.filter((launch) => pool === undefined || launch.pool === pool)
      return ofPool(this.#granted) + ofPool(this.#unjudged) + launching.length
    }
    if (!this.#breaker.refuses(id, pending)) return undefined
    return { because: 'never-connect', reason: 'launches never connect: one is tried at a time' }
  }

  #isStale({ untilAt }: { readonly untilAt: number }): boolean {
    return this.#input.snapshot.takenAt - untilAt > STALE_AFTER_MS
  }

  /** Launches that began after a failure, those of this plan among them. */
  #triesOf(pools: ReadonlySet<PoolId>, sinceAt: number): number {
    let tries = this.#underWay.filter(({ pool, startedAt }) => pools.has(pool) && startedAt >= sinceAt).length
    for (const id of pools) tries += this.#granted.get(id) ?? 0
    return tries
  }
}

function countUnjudged({ launches }: Memory): ReadonlyMap<PoolId, number> {
  const counts = new Map<PoolId, number>()
  for (const { pool, state } of launches.values())
    if (state === 'waiting') counts.set(pool, (counts.get(pool) ?? 0) + 1)
  return counts
}

function sum(counts: Iterable<number>): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
