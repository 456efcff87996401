import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Scenario } from '../scenario/scenario.ts'

export { runScenario } from '../run-scenario.ts'
export { makeScenario } from '../scenario/make-scenario.ts'

const folder = new URL('../../regressions/', import.meta.url)

/** The names of the worlds that were kept because something went wrong in them once. */
export function keptWorlds(): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
}

export function readKeptWorld(name: string): Scenario {
  const kept = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { readonly scenario: Scenario }
  return kept.scenario
}
