import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import {
  EmulatedHetzner,
  HetznerRefusal,
  hetznerFetch,
  type Inhabitant,
  type MachineOrder,
} from '@woodpeckers/autoscaler-emulators'
import { createHetznerProvider, hetznerOptions } from '@woodpeckers/autoscaler-provider-hetzner'
import type { CloudSetup } from '../../scenario/scenario.ts'
import { Boots } from './boots.ts'
import type { SimulatedCloud } from './simulated-cloud.ts'

export const HETZNER_TOKEN = 'emulated-hetzner-token'
const STARTS_MS = 8_000
const OFFERINGS = ['cx23:fsn1', 'cx33:nbg1', 'cpx22:hel1']

/** What the API says of one machine type in one place, while others are to be had. */
const refusals: readonly HetznerRefusal[] = [
  new HetznerRefusal(422, 'invalid_input', 'unsupported location for server type', {}),
  new HetznerRefusal(422, 'invalid_input', 'server type 104 is deprecated'),
  new HetznerRefusal(422, 'unsupported_error', 'image is not supported for the server type'),
  new HetznerRefusal(403, 'resource_limit_exceeded', 'dedicated core limit exceeded', {
    limits: [{ name: 'dedicated_core_limit' }],
  }),
  new HetznerRefusal(409, 'placement_error', 'error during placement'),
  new HetznerRefusal(412, 'resource_unavailable', 'server location disabled', {}),
]

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
    startMs: () => boots.start() ?? STARTS_MS,
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
    vanish: (name, listedForMs) => cloud.vanish(name, listedForMs),
    powerOff: (name) => cloud.powerOff(name),
    hide: (name, forMs) => cloud.hide(name, forMs),
    failBoots: (count) => cloud.failBoots(count),
    slowBoots: (count, bootMs) => boots.slow(count, bootMs),
    slowStarts: (count, startMs) => boots.slowStart(count, startMs),
    refuse: (type, how) => {
      const offering = OFFERINGS[type % OFFERINGS.length]!
      cloud.refuse(offering, refusals[how % refusals.length]!)
      return () => cloud.refuse(offering)
    },
    typeOf: (offering) => OFFERINGS.indexOf(offering),
    addressesLeft: () => [],
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
