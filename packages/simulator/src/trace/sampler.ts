import type { PoolId, TickReport } from '@woodpeckers/autoscaler-core'
import type { PoolSample, Sample } from './trace-result.ts'

/** So many are enough for any screen. */
const MOST_SAMPLES = 1_500
const LEAST_BETWEEN_MS = 10_000

interface Peaks {
  waiting: number
  slots: number
  working: number
  machines: number
}

/** Keeps what demand and supply were, some hundred times over the whole. */
export class Sampler {
  readonly samples: Sample[] = []
  readonly #everyMs: number
  readonly #startAt: number
  readonly #peaks: Map<PoolId, Peaks> = new Map()
  #nextMs = 0

  constructor(startAt: number, spanMs: number) {
    this.#startAt = startAt
    this.#everyMs = Math.max(LEAST_BETWEEN_MS, Math.ceil(spanMs / MOST_SAMPLES / 1_000) * 1_000)
  }

  add({ snapshot, plan }: TickReport): void {
    for (const { id, demand, members } of plan.pools) {
      const now = { waiting: demand, slots: 0, working: 0, machines: members.length }
      for (const { state, running, capacity } of members) {
        now.working += running
        if (state === 'idle' || state === 'busy' || state === 'draining' || state === 'drained')
          now.slots += capacity
      }
      const before = this.#peaks.get(id)
      this.#peaks.set(id, before ? higher(before, now) : now)
    }
    const atMs = snapshot.takenAt - this.#startAt
    if (atMs < this.#nextMs) return
    this.#nextMs = (Math.floor(atMs / this.#everyMs) + 1) * this.#everyMs
    const pools = [...this.#peaks].map(([id, peaks]): PoolSample => ({ id, ...peaks }))
    this.samples.push({ atMs, pools })
    this.#peaks.clear()
  }
}

function higher(one: Peaks, other: Peaks): Peaks {
  return {
    waiting: Math.max(one.waiting, other.waiting),
    slots: Math.max(one.slots, other.slots),
    working: Math.max(one.working, other.working),
    machines: Math.max(one.machines, other.machines),
  }
}
