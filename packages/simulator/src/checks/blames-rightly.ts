import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** Whoever is sent away as failing has failed, as often in a row as its pool says. */
export function blamesRightly(world: World, broken: Break): Check {
  return {
    onTick(_, { plan }) {
      for (const action of plan.actions) {
        if (action.kind !== 'cordon' || action.because !== 'failing') continue
        const { name } = action.agent
        const results = world.fleet.resultsOf(name)
        const inARow = longestRow(results)
        const { failingAfter } = world.policies.of(action.pool)
        if (inARow < failingAfter)
          broken('blames rightly', `${name} is said to fail; its jobs ended in ${results.join(', ')}`)
      }
    },
  }
}

function longestRow(results: readonly string[]): number {
  let longest = 0
  let row = 0
  for (const result of results) {
    row = result === 'failure' ? row + 1 : 0
    longest = Math.max(longest, row)
  }
  return longest
}
