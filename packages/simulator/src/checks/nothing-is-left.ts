import { isNameOfPool } from '@woodpeckers/autoscaler-core'
import { restingOf } from '../world/resting.ts'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** With the queue empty and the faults over, each pool comes to what it keeps ready, of machines and of records. */
export function nothingIsLeft(world: World, broken: Break): Check {
  return {
    atEnd() {
      // One is tried now and then for what nobody's agents can run.
      const tried = world.server.up && world.server.queue.pending.length > 0 ? 1 : 0
      for (const { id } of world.pools) {
        const { least, most } = restingOf(world.policies.effective(id, world.autoscalerClock.now()))
        const machines = world.machinesOf(id).map(({ name }) => name)
        const records = world.recordNames().filter((name) => isNameOfPool(name, id))
        if (machines.length < least || machines.length > most + tried) {
          broken('never leaks', `${id} is left with ${machines.length} machines: ${machines.join(', ')}`)
        }
        if (records.length !== machines.length) {
          broken('never leaks', `${id} is left with ${records.length} records: ${records.join(', ')}`)
        }
      }
    },
  }
}
