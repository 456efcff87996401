import { expect, test } from 'vitest'
import { testStartAt } from '../testing/builders.ts'
import { scheduleProblem } from './schedule.ts'

test.each([
  ['0 8 * * 1-5', 'Europe/Berlin', undefined],
  ['*/30 0 8 * * 1-5', 'UTC', undefined],
  ['0 8 * * 1-5', 'Mars/Olympus', '"Mars/Olympus" is no time zone; write it like Europe/Berlin, or UTC'],
  ['0 0 30 2 *', 'UTC', '"0 0 30 2 *" never comes'],
])('the schedule %s by the clocks of %s: %s', (cron, timeZone, problem) => {
  expect(scheduleProblem({ cron, timeZone }, testStartAt)).toBe(problem)
})

test('what is no cron expression is named', () => {
  const problem = scheduleProblem({ cron: 'every morning', timeZone: 'UTC' }, testStartAt)
  expect(problem).toMatch(/^"every morning" is no cron expression: \S/)
})
