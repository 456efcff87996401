import { expect, test } from 'vitest'
import { tickWords, timeTicks } from './time-ticks.ts'
import { pan, windowOf, zoom } from './time-window.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const extent = { fromAt: 0, toAt: 10 * HOUR_MS }

test('what is looked at without an end ends now', () => {
  expect(windowOf({ spanMs: HOUR_MS }, extent)).toEqual({ fromAt: 9 * HOUR_MS, toAt: 10 * HOUR_MS })
})

test('a tick at midnight is called by its day', () => {
  const midnight = new Date(2026, 0, 5).getTime()
  expect(tickWords(midnight)).toMatch(/5/)
  expect(tickWords(midnight + 90 * MINUTE_MS)).toBe('01:30')
})

test('while there is less to see than is looked at, no more than that is shown, and at least ten minutes', () => {
  const young = { fromAt: 0, toAt: 20 * MINUTE_MS }
  expect(windowOf({ spanMs: HOUR_MS }, young)).toEqual(young)
  expect(windowOf({ spanMs: HOUR_MS }, { fromAt: 0, toAt: MINUTE_MS })).toEqual({
    fromAt: -9 * MINUTE_MS,
    toAt: MINUTE_MS,
  })
})

test('moved into the past it stands still; moved to the newest it goes on with time', () => {
  const past = pan({ spanMs: HOUR_MS }, -2 * HOUR_MS, extent)
  expect(past).toEqual({ spanMs: HOUR_MS, endAt: 8 * HOUR_MS })
  expect(pan(past, 2 * HOUR_MS, extent)).toEqual({ spanMs: HOUR_MS })
})

test('it does not move past the beginning, nor away from now where all is shown', () => {
  expect(pan({ spanMs: HOUR_MS }, -99 * HOUR_MS, extent).endAt).toBe(HOUR_MS)
  expect(pan({ spanMs: 24 * HOUR_MS }, -HOUR_MS, extent).endAt).toBe(10 * HOUR_MS)
})

test('what is under the pointer stays there when more or less of time is shown', () => {
  const zoomed = zoom({ spanMs: 4 * HOUR_MS, endAt: 8 * HOUR_MS }, 0.5, 5 * HOUR_MS, extent)
  const { fromAt, toAt } = windowOf(zoomed, extent)
  expect((5 * HOUR_MS - fromAt) / (toAt - fromAt)).toBeCloseTo(0.25)
  expect(zoom({ spanMs: HOUR_MS }, 1e-9, 0, extent).spanMs).toBe(10 * MINUTE_MS)
  expect(zoom({ spanMs: HOUR_MS }, 1e9, 0, extent).spanMs).toBe(24 * HOUR_MS)
})

test.each([
  [HOUR_MS, 1300, 5],
  [HOUR_MS, 300, 30],
  [24 * HOUR_MS, 1300, 120],
  [7 * 24 * HOUR_MS, 700, 1440],
])('of %d ms on %d pixels every %d minutes have a tick', (spanMs, width, minutes) => {
  const ticks = timeTicks({ fromAt: 7 * HOUR_MS + 123, toAt: 7 * HOUR_MS + 123 + spanMs }, width)
  expect(ticks.length).toBeGreaterThan(0)
  const offsetMs = new Date(0).getTimezoneOffset() * MINUTE_MS
  for (const at of ticks) expect((at - offsetMs) % (minutes * MINUTE_MS)).toBe(0)
  const apart = ticks.slice(1).map((at, place) => at - ticks[place]!)
  expect(new Set(apart).size).toBeLessThanOrEqual(1)
})
