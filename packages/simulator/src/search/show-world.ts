import { writeFileSync } from 'node:fs'
import { runScenario } from '../run-scenario.ts'
import { makeScenario } from '../scenario/make-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { shrink } from './shrink.ts'
import { verdictText } from './verdict-text.ts'

export interface ShowOptions {
  /** Looks for the smallest world that breaks the same promise. */
  readonly shrink?: true
  /** Where to keep that one, as JSON. */
  readonly out?: string
}

function keep(file: string, once: string, scenario: Scenario): void {
  writeFileSync(file, `${JSON.stringify({ once, scenario }, undefined, 2)}\n`)
}

/** Lives one world through and prints its timeline; answers the exit code. */
export async function showWorld(seed: number, options: ShowOptions): Promise<number> {
  let scenario = makeScenario(seed)
  let result = await runScenario(scenario)
  const [violation] = result.violations
  if (options.shrink && violation) {
    scenario = await shrink(scenario, violation, {
      onProgress: (smaller) => {
        const { mishaps, weather, arrivals, pools } = smaller
        console.error(
          `${mishaps.length} mishaps, ${weather.length} fronts, ${arrivals.length} pipelines, ${pools.length} pools`,
        )
        // Who has had enough may break it off.
        if (options.out) keep(options.out, violation.what, smaller)
      },
    })
    result = await runScenario(scenario)
    console.log(JSON.stringify(scenario, undefined, 2))
  }
  console.log(result.timeline.join('\n'))
  console.log(result.violations.length > 0 ? verdictText(result) : 'every promise was kept')
  return result.violations.length > 0 ? 1 : 0
}
