import type { PoolId, PoolView, TickReport } from '@woodpeckers/autoscaler-core'
import type { Capacity } from '../capacity.ts'
import { Ring } from '../ring.ts'
import type { Sample } from '../views/history-view.ts'

/** How things stood, every so often, by pool; pools that come later are appended to their order. */
export class Samples {
  readonly #capacity: Capacity
  readonly #ring: Ring<Sample>
  #pools: readonly PoolId[] = []

  constructor(capacity: Capacity) {
    this.#capacity = capacity
    this.#ring = new Ring(Math.ceil(capacity.historyMs / Math.max(1, capacity.sampleStepMs)))
  }

  get pools(): readonly PoolId[] {
    return this.#pools
  }

  /** Answers the sample, where one was due. */
  onTick({ snapshot, plan }: Pick<TickReport, 'snapshot' | 'plan'>): Sample | undefined {
    const { takenAt } = snapshot
    // Unknown is not empty: it is a gap.
    if (!plan.queue) return undefined
    const last = this.#ring.last
    // A clock that was set back must not stop it.
    if (last && takenAt >= last.at && takenAt - last.at < this.#capacity.sampleStepMs) return undefined
    const views = new Map(plan.pools.map((pool) => [pool.id, pool]))
    const added = [...views.keys()].filter((id) => !this.#pools.includes(id))
    if (added.length > 0) this.#pools = [...this.#pools, ...added]
    const slots = this.#pools.map((id) => slotsOf(views.get(id)))
    const sample: Sample = {
      at: takenAt,
      demand: slots.map(({ demand }) => demand),
      busy: slots.map(({ busy }) => busy),
      free: slots.map(({ free }) => free),
      booting: slots.map(({ booting }) => booting),
      draining: slots.map(({ draining }) => draining),
      pending: plan.queue.pending,
    }
    this.#ring.push(sample)
    return sample
  }

  /** Those since then; of pools that were not there yet they say 0. */
  since(at: number): readonly Sample[] {
    return [...this.#ring.values()].filter((sample) => sample.at >= at).map((sample) => this.#whole(sample))
  }

  #whole(sample: Sample): Sample {
    const missing = this.#pools.length - sample.demand.length
    if (missing <= 0) return sample
    const pad = (numbers: readonly number[]): readonly number[] => [
      ...numbers,
      ...Array.from({ length: missing }, () => 0),
    ]
    const { at, demand, busy, free, booting, draining, pending } = sample
    return {
      at,
      demand: pad(demand),
      busy: pad(busy),
      free: pad(free),
      booting: pad(booting),
      draining: pad(draining),
      pending,
    }
  }
}

interface Slots {
  readonly demand: number
  readonly busy: number
  readonly free: number
  readonly booting: number
  readonly draining: number
}

/** Slots of a pool by what they are for; a machine that drains counts whole, its running work too. */
export function slotsOf(pool: PoolView | undefined): Slots {
  if (!pool) return { demand: 0, busy: 0, free: 0, booting: 0, draining: 0 }
  let busy = 0
  let draining = 0
  for (const { state, running, capacity } of pool.members) {
    if (state === 'draining' || state === 'drained' || state === 'cordoned' || state === 'ending')
      draining += capacity
    else busy += running
  }
  return { demand: pool.demand, busy, free: pool.freeSlots, booting: pool.bootingSlots, draining }
}
