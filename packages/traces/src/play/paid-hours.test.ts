import { expect, test } from 'vitest'
import { generateTrace } from '../generate/generate-trace.ts'
import { paidHours } from './paid-hours.ts'
import { simulateTrace } from './simulate-trace.ts'
import { aTracePool, settingsOf } from './test-trace.ts'

const MINUTE_MS = 60_000

const week = generateTrace({ kind: 'bursty', jobs: 4_000, seed: 3, days: 7 })
const policy = { max: 60, idleTimeoutMs: 10 * MINUTE_MS, billingTeardownMarginMs: 5 * MINUTE_MS }

test('a week of bursts paid by the hour: no hour is cut short, none is begun for nothing, and it costs less', async () => {
  const byTheHour = await simulateTrace(week, settingsOf(aTracePool({ ...policy, billing: 'hour' })))
  // As if paid by the second: ended when idle for long, whatever was paid.
  const byIdleTime = await simulateTrace(week, settingsOf(aTracePool({ ...policy, billing: 'second' })))
  const hours = paidHours(byTheHour)
  expect(byTheHour.jobs.done).toBe(4_000)
  expect(hours.earliestEndMs).toBeGreaterThan(45 * MINUTE_MS)
  expect(hours.begunIdle).toBe(0)
  expect(hours.begun).toBeLessThan(paidHours(byIdleTime).begun)
  expect(byTheHour.waiting.p95Ms).toBeLessThanOrEqual(byIdleTime.waiting.p95Ms)
}, 60_000)

test('hours are counted from each machine’s own creation', () => {
  const line = { name: 'a', pool: '1', connectedMs: 0, cordoned: [], cost: { amount: 1, currency: 'EUR' } }
  const hour = 60 * MINUTE_MS
  expect(
    paidHours({
      machines: [
        { ...line, createdMs: 0, endedMs: 1.8 * hour, busy: [[0, hour]], paid: [[0, 1.8 * hour]] },
        { ...line, createdMs: 100, endedMs: 1.5 * hour, busy: [[0, 10]], paid: [[100, 1.5 * hour]] },
      ],
    }),
  ).toEqual({ begun: 4, begunIdle: 1, earliestEndMs: 0.5 * hour - 100 })
})
