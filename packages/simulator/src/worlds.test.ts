import { expect, test } from 'vitest'
import { runScenario } from './run-scenario.ts'
import { makeScenario } from './scenario/make-scenario.ts'
import { search } from './search/search.ts'
import { verdictText } from './search/verdict-text.ts'

const SEEDS = 200

test(`${SEEDS} worlds keep every promise`, { timeout: 300_000 }, async () => {
  const broken: string[] = []
  let done = 0
  let jobs = 0
  await search(
    Array.from({ length: SEEDS }, (_, at) => at + 1),
    (report) => {
      done++
      jobs += report.stats.tasksDone
      if (report.violations.length === 0) return
      broken.push(`pnpm sim --seed ${report.seed}\n${verdictText(report)}`)
    },
  )
  expect(broken.join('\n')).toBe('')
  expect(done).toBe(SEEDS)
  expect(jobs).toBeGreaterThan(20 * SEEDS)
})

test('the same seed gives the same world, line by line', async () => {
  const [first, second] = [await runScenario(makeScenario(3)), await runScenario(makeScenario(3))]
  expect(first.timeline.length).toBeGreaterThan(100)
  expect(second.timeline).toEqual(first.timeline)
})

test('another seed gives another world', async () => {
  const [first, second] = [makeScenario(1), makeScenario(2)]
  expect(second.arrivals).not.toEqual(first.arrivals)
})
