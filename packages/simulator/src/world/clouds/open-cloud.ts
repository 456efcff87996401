import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import type { Inhabitant, MachineOrder } from '@woodpeckers/autoscaler-emulators'
import type { CloudSetup } from '../../scenario/scenario.ts'
import { hetznerCloud } from './hetzner-cloud.ts'
import { plainCloud } from './plain-cloud.ts'
import type { SimulatedCloud } from './simulated-cloud.ts'
import { timewebCloud } from './timeweb-cloud.ts'

/** An account at one of the emulated clouds. */
export function openCloud(
  setup: CloudSetup,
  clock: Clock,
  random: Random,
  onBoot: (machine: MachineOrder) => Inhabitant,
): SimulatedCloud {
  switch (setup.kind) {
    case 'hetzner':
      return hetznerCloud(setup, clock, random, onBoot)
    case 'timeweb':
      return timewebCloud(setup, clock, random, onBoot)
    case 'plain':
      return plainCloud(setup, clock, random, onBoot)
    default:
      return setup.kind satisfies never
  }
}
