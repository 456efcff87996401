import { type Clock, OfferingUnavailable, type Random, Rejected } from '@woodpeckers/autoscaler-core'
import {
  EmulatedCloud,
  type Inhabitant,
  inProcessFetch,
  type MachineOrder,
} from '@woodpeckers/autoscaler-emulators'
import type { CloudSetup } from '../../scenario/scenario.ts'
import { Boots } from './boots.ts'
import { react } from './plain-front.ts'
import { createPlainProvider } from './plain-provider.ts'
import type { SimulatedCloud } from './simulated-cloud.ts'

const OFFERINGS = ['small', 'medium', 'large']

/** A cloud without rules of its own, where machines can be stopped; its provider may list names alone. */
export function plainCloud(
  setup: CloudSetup,
  clock: Clock,
  random: Random,
  onBoot: (machine: MachineOrder) => Inhabitant,
): SimulatedCloud {
  const boots = new Boots(setup.bootMs)
  const cloud = new EmulatedCloud({
    clock,
    random,
    billing: 'second',
    bootMs: boots.next,
    listLagMs: setup.listLagMs,
    offerings: OFFERINGS.map((id) => ({ id })),
    onBoot,
  })
  // What others have there counts towards the quota as well.
  let foreign = 0
  return {
    fetch: inProcessFetch(clock, (call) => react(cloud, clock, setup.answerMs, call)),
    openProvider: async (context, fetch) => createPlainProvider(context, fetch, OFFERINGS, setup.listsFacts),
    books: () =>
      cloud.books.map(({ name, createdAt, state }) => ({ name, createdAt, isThere: state !== 'ended' })),
    plantForeign: (name) => {
      foreign++
      cloud.create(name, {}, undefined, new AbortController().signal).catch(() => {})
    },
    vanish: (name, listedForMs) => cloud.vanish(name, listedForMs),
    powerOff: (name) => cloud.powerOff(name),
    hide: (name, forMs) => cloud.hide(name, forMs),
    failBoots: (count) => cloud.failBoots(count),
    slowBoots: (count, bootMs) => boots.slow(count, bootMs),
    // It says `starting` until the agent runs.
    slowStarts: (count, startMs) => boots.slow(count, startMs),
    refuse: (type, how) => {
      const offering = OFFERINGS[type % OFFERINGS.length]!
      cloud.refuse(
        offering,
        how % 2 === 0 ? new Rejected('no such image there') : new OfferingUnavailable('full'),
      )
      return () => cloud.accept(offering)
    },
    typeOf: (offering) => OFFERINGS.indexOf(offering),
    addressesLeft: () => [],
    stickNextDelete: () => {},
    sellOut: (pick) => {
      const offering = OFFERINGS[Math.floor(pick * OFFERINGS.length)]!
      cloud.sellOut(offering)
      return () => cloud.restock(offering)
    },
    setQuota: (most) => {
      cloud.quota = most + foreign
    },
    mend: () => {
      cloud.quota = Number.POSITIVE_INFINITY
      for (const offering of OFFERINGS) cloud.restock(offering)
      cloud.bootAll()
    },
  }
}
