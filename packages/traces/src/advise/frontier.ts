import type { TraceResult } from '../play/trace-result.ts'

/** What settings are weighed by: the less of either, the better. */
export interface Weights {
  /** Money, or machine hours where a price is not known. */
  readonly cost: number
  readonly waitingMs: number
  /** Jobs that never ran count before anything else. */
  readonly lost: number
}

export function weightsOf({ cost, machineHours, waiting, jobs }: TraceResult): Weights {
  const money = cost?.length === 1 ? cost[0]!.amount : undefined
  return {
    cost: money ?? machineHours,
    waitingMs: waiting.meanMs,
    lost: jobs.unmatched + jobs.neverStarted,
  }
}

/**
 * How many layers of better ones lie before each: 0 = none is better in all. The points of one layer are those among
 * which one can only choose what to pay for.
 */
export function layersOf(weights: readonly Weights[]): readonly number[] {
  const layers = weights.map(() => -1)
  let left = weights.map((_, index) => index)
  for (let layer = 0; left.length > 0; layer++) {
    const front = left.filter((one) => !left.some((other) => isBetter(weights[other]!, weights[one]!)))
    for (const index of front) layers[index] = layer
    left = left.filter((index) => layers[index] === -1)
  }
  return layers
}

function isBetter(one: Weights, other: Weights): boolean {
  if (one.lost !== other.lost) return one.lost < other.lost
  const isNowhereWorse = one.cost <= other.cost && one.waitingMs <= other.waitingMs
  return isNowhereWorse && (one.cost < other.cost || one.waitingMs < other.waitingMs)
}
