import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** What a tick has read before the errors began is judged within a tick. */
const BEGINS_AFTER_MS = 60_000
/** That it was away is noticed when it answers again. */
const ENDS_AFTER_MS = 120_000

/** A queue that cannot be read, while agents can, is no server that was away: nothing waits for a grace. */
export function errorsAreToldApart(world: World, broken: Break): Check {
  let troubledAt = Number.NEGATIVE_INFINITY
  let failsSince: number | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  return {
    afterStep() {
      const now = world.clock.now()
      const sinceMs = now - world.startAt
      const isRough = world.scenario.weather.some(
        ({ where, fromMs, forMs }) => where === 'server' && sinceMs >= fromMs && sinceMs < fromMs + forMs,
      )
      if (isRough || !world.server.up || world.weather.serverIsAway) troubledAt = now
      if (world.weather.queueFails) {
        failsSince ??= now
        failedAt = now
      } else if (now - failedAt > ENDS_AFTER_MS) failsSince = undefined
    },
    onTick(_, { input, snapshot }) {
      const { disturbance } = input.memory
      if (failsSince === undefined || disturbance.kind !== 'away') return
      const at = disturbance.at - world.autoscalerClock.offsetMs
      const begunAt = Math.max(troubledAt + BEGINS_AFTER_MS, failsSince)
      if (at <= begunAt || !snapshot.agents.ok) return
      broken('never guesses', 'the server is said to have been away, and only the queue could not be read')
    },
  }
}
