import { isNameOfPool } from '@woodpeckers/autoscaler-core'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import { Quiet } from './quiet.ts'
import type { Break } from './work-is-kept.ts'

/** After the grace of a restart, and as long as a list may be late. */
const AT_MOST_MS = 15 * 60_000

/** The record of a machine that is gone keeps its slot for some minutes at most. */
export function slotsAreFreed(world: World, broken: Break): Check {
  const quiet = new Quiet(world.scenario)
  const told = new Set<string>()
  const goneSince = new Map<string, number>()
  return {
    onTick() {
      const now = world.clock.now()
      if (!world.server.up) return
      const records = new Set(world.server.records.list().map(({ name }) => name))
      for (const { id } of world.pools) {
        const there = new Set(world.machinesOf(id).map(({ name }) => name))
        for (const name of records) {
          if (!isNameOfPool(name, id) || there.has(name)) continue
          const since = goneSince.get(name) ?? now
          goneSince.set(name, since)
          const forMs = Math.min(now - since, quiet.forMs(now - world.startAt))
          if (forMs <= AT_MOST_MS || told.has(name)) continue
          told.add(name)
          broken(
            'frees slots',
            `${name} has been gone for ${Math.round(forMs / 60_000)} minutes, and its record is there`,
          )
        }
        for (const name of goneSince.keys()) if (there.has(name) || !records.has(name)) goneSince.delete(name)
      }
    },
  }
}
