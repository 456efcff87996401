import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import {
  EmulatedHetzner,
  hetznerFetch,
  type Inhabitant,
  type MachineOrder,
} from '@woodpeckers/autoscaler-emulators'
import { createHetznerProvider, hetznerOptions } from '@woodpeckers/autoscaler-provider-hetzner'
import type { CloudSetup } from '../../scenario/scenario.ts'
import { Boots } from './boots.ts'
import type { SimulatedCloud } from './simulated-cloud.ts'

export const HETZNER_TOKEN = 'emulated-hetzner-token'
const OFFERINGS = ['cx23:fsn1', 'cx33:nbg1', 'cpx22:hel1']

/** A project at the emulated Hetzner Cloud, behind the real provider. */
export function hetznerCloud(
  setup: CloudSetup,
  clock: Clock,
  random: Random,
  onBoot: (machine: MachineOrder) => Inhabitant,
): SimulatedCloud {
  const boots = new Boots(setup.bootMs)
  const cloud = new EmulatedHetzner({
    clock,
    random,
    onBoot,
    bootMs: boots.next,
    listLagMs: setup.listLagMs,
    answerMs: setup.answerMs,
    deleteMs: setup.deleteMs,
  })
  const usualLimit = cloud.serverLimit
  return {
    fetch: hetznerFetch(cloud),
    openProvider: (context, fetch) => {
      const options = hetznerOptions.parse({
        apiToken: HETZNER_TOKEN,
        serverType: OFFERINGS,
        sshKeys: ['admin'],
      })
      return createHetznerProvider({ ...context, options }, fetch)
    },
    books: () =>
      cloud.books.map(({ name, createdAt, status }) => ({
        name,
        createdAt,
        isThere: status !== 'deleted' && status !== 'deleting',
      })),
    plantForeign: (name) => void cloud.plant(name),
    vanish: (name) => cloud.vanish(name),
    powerOff: (name) => cloud.powerOff(name),
    hide: (name, forMs) => cloud.hide(name, forMs),
    failBoots: (count) => cloud.failBoots(count),
    slowBoots: (count, bootMs) => boots.slow(count, bootMs),
    stickNextDelete: (forMs) => {
      cloud.nextDeleteMs = forMs
    },
    sellOut: (pick) => {
      const offering = OFFERINGS[Math.floor(pick * OFFERINGS.length)]!
      cloud.sellOut(offering)
      return () => cloud.restock(offering)
    },
    setQuota: (most) => {
      cloud.serverLimit = Math.min(most, usualLimit)
    },
    mend: () => {
      cloud.serverLimit = usualLimit
      for (const offering of OFFERINGS) cloud.restock(offering)
      cloud.bootAll()
    },
  }
}
