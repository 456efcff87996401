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
  /** Of the ticks since the last sample the one with most that waits: figures of one moment add up. */
  #kept: { readonly at: number; readonly pools: readonly PoolView[]; readonly pending: number } | undefined
  #nextAt: number

  constructor(startAt: number, spanMs: number) {
    this.#startAt = startAt
    this.#nextAt = startAt
    this.#everyMs = Math.max(LEAST_BETWEEN_MS, Math.ceil(spanMs / MOST_SAMPLES / 1_000) * 1_000)
  }

  add({ snapshot: { takenAt }, plan: { pools, queue } }: TickReport): void {
    const pending = queue?.pending ?? 0
    if (!this.#kept || pending >= this.#kept.pending) this.#kept = { at: takenAt, pools, pending }
    if (takenAt < this.#nextAt) return
    const sinceMs = takenAt - this.#startAt
    this.#nextAt = this.#startAt + (Math.floor(sinceMs / this.#everyMs) + 1) * this.#everyMs
    const { at, pools: seen, pending: most } = this.#kept
    this.samples.push({ at, ...standing(seen), pending: most })
    this.#kept = undefined
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
      if (state === 'draining' || state === 'drained' || state === 'cordoned') leaving += capacity
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
