import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/**
 * No machine is made at or over the pool's maximum. While two autoscalers run, by mistake or as one sees its last
 * launches through beside its successor, and until these are over, twice as many may be there. What a proxy has ordered twice comes on top.
 */
export function maxIsKept(world: World, broken: Break): Check {
  return {
    onMachine(pool, machine) {
      const allowed =
        world.policies.highestMax(pool.id, world.clock.now(), world.clockOffsets) * (world.mayBeTwo ? 2 : 1) +
        world.weather.twins
      const count = world.machinesOf(pool.id).length
      if (count > allowed) {
        broken(
          'never runs away',
          `${pool.id} has ${count} machines with ${machine.name}, of at most ${allowed}`,
        )
      }
      const { maxMachines } = world.scenario.fleet ?? {}
      if (maxMachines === undefined) return
      const all = world.pools.reduce((sum, { id }) => sum + world.machinesOf(id).length, 0)
      const most = maxMachines * (world.mayBeTwo ? 2 : 1) + world.weather.twins
      if (all > most) broken('never runs away', `all pools have ${all} machines, of at most ${most}`)
    },
  }
}
