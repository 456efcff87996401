import { expect, test } from 'vitest'
import { generateTrace, traceKinds } from './generate-trace.ts'

test.each(traceKinds)('%s has as many jobs as asked for, in order, within its day', (kind) => {
  const { arrivals, spanMs } = generateTrace({ kind, jobs: 1_234, seed: 1 })
  const times = arrivals.map(({ atMs }) => atMs)
  expect(times).toHaveLength(1_234)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(times.at(-1)).toBeLessThan(spanMs)
  expect(arrivals.every(({ durationMs }) => durationMs >= 5_000)).toBe(true)
})

test('the same seed gives the same trace, another seed another', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => generateTrace({ kind: 'nightly', jobs: 100, seed }))
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
})

test('most of a nightly trace comes before five in the morning, and little of a working day does', () => {
  const early = (kind: 'nightly' | 'bursty') =>
    generateTrace({ kind, jobs: 2_000, seed: 1 }).arrivals.filter(({ atMs }) => atMs < 5 * 3_600_000).length
  expect(early('nightly')).toBeGreaterThan(1_400)
  expect(early('bursty')).toBeLessThan(200)
})

test('jobs of a matrix come a dozen at once or more', () => {
  const { arrivals } = generateTrace({ kind: 'monorepo', jobs: 1_000, seed: 1 })
  expect(new Set(arrivals.map(({ atMs }) => atMs)).size).toBeLessThan(1_000 / 12)
})

test('a week has quiet weekends', () => {
  const DAY_MS = 24 * 3_600_000
  const { arrivals } = generateTrace({ kind: 'bursty', jobs: 5_000, seed: 1, days: 7 })
  const on = (day: number) => arrivals.filter(({ atMs }) => Math.floor(atMs / DAY_MS) === day).length
  expect(on(6)).toBeLessThan(on(1) / 4)
})
