import { expect, test } from 'vitest'
import type { PoolPolicy } from '../model/pool.ts'
import { FakeWorld } from '../testing/fake-world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const hourly = { billing: 'hour', billingTeardownMarginMs: 5 * MINUTE_MS, max: 3 } as const

/** Billed hours of each machine. */
async function billedHours(pool: Partial<PoolPolicy>, hours: number): Promise<readonly number[]> {
  const world = new FakeWorld({ pool: { ...hourly, ...pool } })
  world.start()
  await world.minutes(hours * 60)
  const nowAt = world.clock.now()
  const lived = world.cloud.history.map(({ createdAt, endedAt = nowAt }) => endedAt - createdAt)
  await world.stop()
  return lived.map((ms) => Math.ceil(ms / HOUR_MS))
}

// The clock of the tests begins at midnight, on a Thursday.
const schedule = (forMs: number, more: object = { min: 1 }) => ({
  min: 0,
  schedules: [{ cron: '0 8 * * 1-5', timeZone: 'UTC', forMs, ...more }],
})

test.each([
  ['ends on the hour', 10 * HOUR_MS],
  ['ends four minutes after the hour', 10 * HOUR_MS + 4 * MINUTE_MS],
  ['ends ten minutes before the hour', 10 * HOUR_MS - 10 * MINUTE_MS],
])('a schedule of ten hours that %s costs ten hours', async (_, forMs) => {
  expect(await billedHours(schedule(forMs), 20)).toEqual([10])
})

test('free slots that a schedule keeps cost ten hours as well', async () => {
  expect(await billedHours(schedule(10 * HOUR_MS, { buffer: { slots: 1 } }), 20)).toEqual([10])
})

test('a schedule that ends half an hour after the hour is kept to its end', async () => {
  expect(await billedHours(schedule(10 * HOUR_MS + 30 * MINUTE_MS), 20)).toEqual([11])
})

test('a machine that is paid by the hour is renewed for its age at the end of its billed hour', async () => {
  const world = new FakeWorld({ pool: { ...hourly, min: 1, maxAgeMs: 3 * HOUR_MS + 10 * MINUTE_MS } })
  world.start()
  await world.minutes(4 * 60 + 10)
  const [first, second] = world.cloud.history
  const livedMs = (first?.endedAt ?? Number.POSITIVE_INFINITY) - (first?.createdAt ?? 0)
  expect(livedMs).toBeGreaterThan(4 * HOUR_MS - 6 * MINUTE_MS)
  expect(livedMs).toBeLessThan(4 * HOUR_MS)
  // Its replacement was there before.
  expect(second!.createdAt).toBeLessThan(first!.endedAt!)
  expect(world.cloud.machines).toHaveLength(1)
  await world.stop()
})
