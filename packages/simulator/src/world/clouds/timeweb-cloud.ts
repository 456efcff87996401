import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import {
  EmulatedTimeweb,
  type Inhabitant,
  type MachineOrder,
  TimewebRefusal,
  timewebFetch,
} from '@woodpeckers/autoscaler-emulators'
import { createTimewebProvider, timewebOptions } from '@woodpeckers/autoscaler-provider-timeweb'
import type { CloudSetup } from '../../scenario/scenario.ts'
import { Boots } from './boots.ts'
import type { SimulatedCloud } from './simulated-cloud.ts'

export const TIMEWEB_TOKEN = 'timeweb-token'

/** What the API says of one preset, while others are to be had. */
const refusals: readonly TimewebRefusal[] = [
  new TimewebRefusal(400, 'bad_request', 'preset is not available in this location'),
  new TimewebRefusal(409, 'no_capacity', 'There is no free capacity for this preset'),
  new TimewebRefusal(404, 'not_found', 'Preset not found'),
  new TimewebRefusal(422, 'unprocessable', 'os is not compatible with preset'),
]

/** An account at the emulated Timeweb Cloud, behind the real provider. */
export function timewebCloud(
  setup: CloudSetup,
  clock: Clock,
  random: Random,
  onBoot: (machine: MachineOrder) => Inhabitant,
): SimulatedCloud {
  const boots = new Boots(setup.bootMs)
  const cloud = new EmulatedTimeweb({
    clock,
    random,
    onBoot,
    bootMs: boots.next,
    startMs: () => boots.start() ?? 0,
    listLagMs: setup.listLagMs,
    answerMs: setup.answerMs,
  })
  const presets = cloud.settings.catalogue.presets.slice(0, 3).map(({ id }) => id)
  const usualLimit = cloud.serverLimit
  return {
    fetch: timewebFetch(cloud),
    openProvider: (context, fetch) => {
      const options = timewebOptions.parse({
        apiToken: TIMEWEB_TOKEN,
        osId: 'ubuntu-24.04',
        presetId: presets.map(String),
      })
      return createTimewebProvider({ ...context, options }, { fetch, close: async () => {} })
    },
    books: () =>
      cloud.books.map(({ name, createdAt, status }) => ({
        name,
        createdAt,
        isThere: status !== 'deleted' && status !== 'quarantine',
      })),
    plantForeign: (name) => void cloud.plant(name),
    vanish: (name, listedForMs) => cloud.vanish(name, listedForMs),
    powerOff: (name) => cloud.powerOff(name),
    hide: (name, forMs) => cloud.hide(name, forMs),
    failBoots: (count) => cloud.failBoots(count),
    slowBoots: (count, bootMs) => boots.slow(count, bootMs),
    slowStarts: (count, startMs) => boots.slowStart(count, startMs),
    refuse: (type, how) => {
      const preset = presets[type % presets.length]!
      cloud.refuse(preset, refusals[how % refusals.length]!)
      return () => cloud.refuse(preset)
    },
    typeOf: (offering) => presets.map(String).indexOf(offering),
    addressesLeft: () => cloud.floatingIps.filter(({ serverId }) => serverId === undefined),
    stickNextDelete: () => {},
    sellOut: (pick) => {
      const preset = presets[Math.floor(pick * presets.length)]!
      cloud.sellOut(preset)
      return () => cloud.restock(preset)
    },
    setQuota: (most) => {
      cloud.serverLimit = Math.min(most, usualLimit)
    },
    mend: () => {
      cloud.serverLimit = usualLimit
      for (const preset of presets) cloud.restock(preset)
      cloud.bootAll()
    },
  }
}
