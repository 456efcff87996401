import { expect, test } from 'vitest'
import { generateTrace } from '../generate/generate-trace.ts'
import { aTracePool } from '../play/test-trace.ts'
import { busyHours } from './busy-hours.ts'
import { gridOf } from './grid.ts'

const week = generateTrace({ kind: 'bursty', jobs: 5_000, seed: 1, days: 7 })

const none = { capacities: [], machineTypes: [] }

test('the busy hours of a working week are those of the day, on weekdays', () => {
  const hours = busyHours(week)!
  expect(hours.weekdaysOnly).toBe(true)
  expect(hours.fromHour).toBeGreaterThanOrEqual(6)
  expect(hours.fromHour).toBeLessThanOrEqual(9)
  expect(hours.toHour).toBeGreaterThanOrEqual(17)
  expect(hours.toHour).toBeLessThanOrEqual(20)
  expect(hours.jobsAtATime).toBeGreaterThan(3)
})

test('settings as they are come first, then others, some in the busy hours alone', () => {
  const [asItIs, ...others] = gridOf(week, [aTracePool()], none)
  expect(asItIs).toEqual({})
  expect(new Set(others.map(({ idleTimeoutMs }) => idleTimeoutMs)).size).toBe(3)
  const scheduled = others.filter(({ schedules }) => schedules)
  expect(scheduled.length).toBeGreaterThan(10)
  expect(scheduled[0]!.schedules![0]!.cron).toMatch(/^45 \d+ \* \* 1-5$/)
  expect(others.every(({ min }) => min! <= 10)).toBe(true)
})

test('idle times are not tried where hours are paid as they begin, nor schedules where there are some', () => {
  const own = { cron: '0 8 * * *', timeZone: 'UTC', forMs: 3_600_000, min: 1 }
  const grid = gridOf(week, [aTracePool({ billing: 'hour', schedules: [own] })], none)
  expect(grid.some(({ idleTimeoutMs, schedules }) => idleTimeoutMs !== undefined || schedules)).toBe(false)
  expect(grid.length).toBeGreaterThan(5)
})

test('capacities are tried only where somebody asks for them', () => {
  const capacities = (asked: readonly number[]) =>
    new Set(
      gridOf(week, [aTracePool()], { capacities: asked, machineTypes: [] })
        .slice(1)
        .map(({ workflowsPerAgent }) => workflowsPerAgent),
    )
  expect(capacities([])).toEqual(new Set([undefined]))
  expect(capacities([1, 4])).toEqual(new Set([1, 4]))
})

test('machine types are tried with all the others, and each by itself', () => {
  const machineTypes = [{ name: 'cx33', hourlyPrice: { amount: 2, currency: 'EUR' }, speed: 2 }]
  const [asItIs, alone, ...others] = gridOf(week, [aTracePool()], { capacities: [], machineTypes })
  expect(asItIs).toEqual({})
  expect(alone).toEqual({ machineType: machineTypes[0] })
  expect(others.every(({ machineType }) => machineType?.name === 'cx33')).toBe(true)
})
