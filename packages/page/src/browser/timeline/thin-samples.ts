import type { Sample } from '@woodpeckers/autoscaler-observer'

/**
 * No more samples than there are pixels: of each stretch of time the one in which most went on, so that no peak is
 * lost. Stretches begin at multiples of `stretchMs`, so that nothing flickers while the window moves.
 */
export function thinSamples(samples: readonly Sample[], stretchMs: number): readonly Sample[] {
  const kept: Sample[] = []
  let stretch = Number.NaN
  for (const sample of samples) {
    const its = Math.floor(sample.at / stretchMs)
    if (its !== stretch) kept.push(sample)
    else if (bustle(sample) > bustle(kept.at(-1)!)) kept[kept.length - 1] = sample
    stretch = its
  }
  return kept
}

/** A stretch of about two pixels, of a length that panning and small zooms do not change. */
export function stretchOf(spanMs: number, width: number): number {
  return 2 ** Math.round(Math.log2((spanMs / Math.max(width, 1)) * 2))
}

function bustle({ demand, busy, free, booting, draining }: Sample): number {
  return [demand, busy, free, booting, draining].reduce((sum, slots) => sum + total(slots), 0)
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
