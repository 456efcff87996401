import type { Sample } from '@woodpeckers/autoscaler-observer'

/**
 * One pool's samples as a chart draws them: from the back to the front, each area from nothing to its top, so that
 * what is painted later covers what is below it. Times in seconds, as uPlot wants them.
 */
export interface Stack {
  readonly atSeconds: readonly number[]
  /** Slots in use, and those that waiting tasks want besides. */
  readonly wanted: Column
  readonly booting: Column
  readonly idle: Column
  readonly draining: Column
  readonly busy: Column
}

/** `null`: nobody knows. */
type Column = readonly (number | null)[]

/**
 * Stacked on one another: busy, draining, idle, booting.
 *
 * @param pool its place in `HistoryView.pools`
 * @param gapMs samples further apart than that say nothing of the time between them
 */
export function stackSamples(samples: readonly Sample[], pool: number, gapMs: number): Stack {
  const atSeconds: number[] = []
  const wanted: (number | null)[] = []
  const booting: (number | null)[] = []
  const idle: (number | null)[] = []
  const draining: (number | null)[] = []
  const busy: (number | null)[] = []
  let before = Number.POSITIVE_INFINITY
  for (const sample of samples) {
    if (sample.at - before > gapMs) {
      atSeconds.push((before + 1) / 1000)
      for (const column of [wanted, booting, idle, draining, busy]) column.push(null)
    }
    before = sample.at
    const inUse = sample.busy[pool] ?? 0
    const upToDraining = inUse + (sample.draining[pool] ?? 0)
    const upToIdle = upToDraining + (sample.free[pool] ?? 0)
    atSeconds.push(sample.at / 1000)
    busy.push(inUse)
    draining.push(upToDraining)
    idle.push(upToIdle)
    booting.push(upToIdle + (sample.booting[pool] ?? 0))
    wanted.push(inUse + (sample.demand[pool] ?? 0))
  }
  return { atSeconds, wanted, booting, idle, draining, busy }
}

/** The last sample at or before a time. */
export function sampleAt(samples: readonly Sample[], at: number): Sample | undefined {
  let low = 0
  let high = samples.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (samples[middle]!.at <= at) low = middle + 1
    else high = middle
  }
  return samples[low - 1]
}
