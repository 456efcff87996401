import type { PoolView, TickReport } from '@woodpeckers/autoscaler-core'
import type { Sample } from '@woodpeckers/autoscaler-observer'

/** So many are enough for any screen. */
const MOST_SAMPLES = 1_500
const LEAST_BETWEEN_MS = 10_000

/** Keeps what demand and supply were, some hundred times over the whole. */
export class Sampler {
  readonly samples: Sample[] = []
  readonly #everyMs: number
  readonly #startAt: number
  #highest: Omit<Sample, 'at'> | undefined
  #nextAt: number

  constructor(startAt: number, spanMs: number) {
    this.#startAt = startAt
    this.#nextAt = startAt
    this.#everyMs = Math.max(LEAST_BETWEEN_MS, Math.ceil(spanMs / MOST_SAMPLES / 1_000) * 1_000)
  }

  add({ snapshot: { takenAt }, plan: { pools, queue } }: TickReport): void {
    const now = { ...standing(pools), pending: queue?.pending ?? 0 }
    this.#highest = this.#highest ? higher(this.#highest, now) : now
    if (takenAt < this.#nextAt) return
    const sinceMs = takenAt - this.#startAt
    this.#nextAt = this.#startAt + (Math.floor(sinceMs / this.#everyMs) + 1) * this.#everyMs
    this.samples.push({ at: takenAt, ...this.#highest })
    this.#highest = undefined
  }
}

/** Slots of each pool. */
function standing(pools: readonly PoolView[]): Omit<Sample, 'at' | 'pending'> {
  const busy: number[] = []
  const draining: number[] = []
  for (const { members } of pools) {
    let working = 0
    let leaving = 0
    for (const { state, running, capacity } of members) {
      if (state === 'draining' || state === 'drained') leaving += capacity
      else working += running
    }
    busy.push(working)
    draining.push(leaving)
  }
  return {
    demand: pools.map(({ demand }) => demand),
    free: pools.map(({ freeSlots }) => freeSlots),
    booting: pools.map(({ bootingSlots }) => bootingSlots),
    busy,
    draining,
  }
}

function higher(one: Omit<Sample, 'at'>, other: Omit<Sample, 'at'>): Omit<Sample, 'at'> {
  const each = (figure: 'demand' | 'free' | 'booting' | 'busy' | 'draining'): readonly number[] =>
    one[figure].map((value, pool) => Math.max(value, other[figure][pool] ?? 0))
  return {
    demand: each('demand'),
    free: each('free'),
    booting: each('booting'),
    busy: each('busy'),
    draining: each('draining'),
    pending: Math.max(one.pending, other.pending),
  }
}
