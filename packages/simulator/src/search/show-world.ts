import { writeFileSync } from 'node:fs'
import { runScenario } from '../run-scenario.ts'
import { makeScenario } from '../scenario/make-scenario.ts'
import { shrink } from './shrink.ts'
import { verdictText } from './verdict-text.ts'

export interface ShowOptions {
  /** Looks for the smallest world that breaks the same promise. */
  readonly shrink?: true
  /** Where to keep that one, as JSON. */
  readonly out?: string
}

/** Lives one world through and prints its timeline; answers the exit code. */
export async function showWorld(seed: number, options: ShowOptions): Promise<number> {
  let scenario = makeScenario(seed)
  let result = await runScenario(scenario)
  const [violation] = result.violations
  if (options.shrink && violation) {
    scenario = await shrink(scenario, violation, {
      onProgress: ({ mishaps, weather, arrivals, pools }) =>
        console.error(
          `${mishaps.length} mishaps, ${weather.length} fronts, ${arrivals.length} pipelines, ${pools.length} pools`,
        ),
    })
    result = await runScenario(scenario)
    console.log(JSON.stringify(scenario, undefined, 2))
    const regression = { once: violation.what, scenario }
    if (options.out) writeFileSync(options.out, `${JSON.stringify(regression, undefined, 2)}\n`)
  }
  console.log(result.timeline.join('\n'))
  console.log(result.violations.length > 0 ? verdictText(result) : 'every promise was kept')
  return result.violations.length > 0 ? 1 : 0
}
