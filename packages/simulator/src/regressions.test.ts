import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario/scenario.ts'
import { verdictText } from './search/verdict-text.ts'

interface Regression {
  /** What went wrong in this world once. */
  readonly once: string
  readonly scenario: Scenario
}

const folder = new URL('../regressions/', import.meta.url)
const worlds = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Regression)

test.each(worlds)('once $once', async ({ scenario }) => {
  expect(verdictText(await runScenario(scenario))).toBe('')
})
