import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** A public address whose machine is gone is removed, or named to people. */
export function addressesAreNotLeft(world: World, broken: Break): Check {
  const told: string[] = []
  return {
    onOutput: (text) => void told.push(text),
    atEnd() {
      for (const cloud of world.clouds.values()) {
        for (const { id, ip } of cloud.addressesLeft()) {
          const isTold = told.some((text) => text.includes(id) || text.includes(ip))
          if (!isTold) broken('never leaks', `the address ${ip} is paid for, and nobody was told`)
        }
      }
    },
  }
}
