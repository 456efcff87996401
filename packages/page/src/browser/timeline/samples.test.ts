import type { Sample } from '@woodpeckers/autoscaler-observer'
import { expect, test } from 'vitest'
import { areaTotals } from './area-totals.ts'
import { sampleAt, stackSamples } from './stack-samples.ts'
import { stretchOf, thinSamples } from './thin-samples.ts'

const aSample = (
  at: number,
  numbers: Partial<Record<'demand' | 'busy' | 'free' | 'booting' | 'draining', number>> = {},
): Sample => {
  const { demand = 0, busy = 0, free = 0, booting = 0, draining = 0 } = numbers
  return {
    at,
    demand: [0, demand],
    busy: [0, busy],
    free: [0, free],
    booting: [0, booting],
    draining: [0, draining],
    pending: 0,
  }
}

test('areas stand on one another: busy, draining, idle, booting; what is wanted on what is busy', () => {
  const sample = aSample(5000, { demand: 9, busy: 1, draining: 2, free: 3, booting: 4 })
  expect(stackSamples([sample], 1, 99)).toEqual({
    atSeconds: [5],
    busy: [1],
    draining: [3],
    idle: [6],
    booting: [10],
    wanted: [10],
  })
})

test('a pool that an older sample does not know had nothing then', () => {
  expect(stackSamples([aSample(0)], 7, 99)).toMatchObject({ busy: [0], booting: [0] })
})

test('where nobody looked for long there is a gap, and no line across it', () => {
  const samples = [aSample(0, { busy: 1 }), aSample(50, { busy: 2 }), aSample(500, { busy: 3 })]
  expect(stackSamples(samples, 1, 100).busy).toEqual([1, 2, null, 3])
})

test('of samples that share a stretch the busiest stays, so that no peak is lost', () => {
  const samples = [0, 10, 20, 30, 40, 50].map((at) => aSample(at, { busy: at === 20 ? 9 : 1 }))
  expect(thinSamples(samples, 30).map(({ at }) => at)).toEqual([20, 30])
})

test('stretches do not move with what comes: what was thinned stays as it was', () => {
  const samples = Array.from({ length: 100 }, (_, at) => aSample(at, { busy: (at * 7) % 13 }))
  const before = thinSamples(samples.slice(0, 50), 10)
  expect(thinSamples(samples, 10).slice(0, before.length)).toEqual(before)
})

test('a stretch is about two pixels long, and the same for windows of about one length', () => {
  expect(stretchOf(3_600_000, 1300)).toBe(4096)
  expect(stretchOf(3_700_000, 1300)).toBe(4096)
  expect(stretchOf(3_600_000, 0)).toBeGreaterThan(1_000_000)
})

test('the sample of a time is the last one before it', () => {
  const samples = [aSample(10), aSample(20)]
  expect([5, 10, 19, 20, 99].map((at) => sampleAt(samples, at)?.at)).toEqual([undefined, 10, 10, 20, 20])
})

test.each([
  [undefined, 'nothing seen yet'],
  [aSample(0), 'nothing waits or runs'],
  [aSample(0, { demand: 2, busy: 3, booting: 1 }), '2 waiting · 3 busy · 1 booting'],
])('the numbers of a time in words: %#', (sample, words) => {
  expect(areaTotals(sample, 1)).toBe(words)
})
