import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** Until the other one is noticed. */
const AT_ONCE = 4
const AN_HOUR = 3

/** Two processes with different settings do not renew each other's machines for ever. */
export function noRenewalStorm(world: World, broken: Break): Check {
  const renewed = new Map<string, number>()
  let twoSince: number | undefined
  return {
    onTick() {
      const areTwo = [...world.others].some(({ isAlive }) => isAlive)
      if (areTwo) twoSince ??= world.clock.now()
      else {
        twoSince = undefined
        renewed.clear()
      }
    },
    onOutcome(_, { action, result }) {
      if (twoSince === undefined || result !== 'done') return
      if (action.kind !== 'cordon' || action.round !== 'first') return
      if (action.because !== 'drifted' && action.because !== 'max-age') return
      const count = (renewed.get(action.pool) ?? 0) + 1
      renewed.set(action.pool, count)
      const hours = (world.clock.now() - twoSince) / 3_600_000
      if (count > AT_ONCE + AN_HOUR * hours)
        broken(
          'buys in proportion',
          `${count} agents of ${action.pool} were renewed while two processes differ`,
        )
    },
  }
}
