import { expect, test } from 'vitest'
import { generateTrace } from '../generate/generate-trace.ts'
import { shortened } from './shortened.ts'

const HOUR_MS = 3_600_000
const day = generateTrace({ kind: 'bursty', jobs: 2_000, seed: 1 })

test('a piece of a day keeps its time of day, and has about as much work as such pieces have', () => {
  const piece = shortened(day, 0.2)
  expect(piece.spanMs).toBeCloseTo(0.2 * 24 * HOUR_MS, 0)
  const offsetMs = piece.startAt - day.startAt
  expect(offsetMs).toBeGreaterThan(0)
  const same = day.arrivals.filter(({ atMs }) => atMs >= offsetMs && atMs < offsetMs + piece.spanMs)
  expect(piece.arrivals).toEqual(same.map((job) => ({ ...job, atMs: job.atMs - offsetMs })))
  expect(piece.arrivals.length).toBeGreaterThan(0.1 * 2_000)
  expect(piece.arrivals.length).toBeLessThan(0.35 * 2_000)
})

test('of a week whole days are left', () => {
  const week = generateTrace({ kind: 'bursty', jobs: 2_000, seed: 1, days: 7 })
  expect(shortened(week, 0.5)).toMatchObject({ startAt: week.startAt, spanMs: 3 * 24 * HOUR_MS })
})

test('the whole is left as it is', () => {
  expect(shortened(day, 1)).toBe(day)
})
