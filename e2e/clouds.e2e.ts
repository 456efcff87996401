import {
  EmulatedHetzner,
  EmulatedTimeweb,
  seededRandom,
  serveHetzner,
  serveTimeweb,
} from '@woodpeckers/autoscaler-emulators'
import hetzner from '@woodpeckers/autoscaler-provider-hetzner'
import timeweb from '@woodpeckers/autoscaler-provider-timeweb'
import { describe, expect, test } from 'vitest'
import { type BuildCloud, CloudStand, fastClock, MAX_MACHINES } from './cloud-stand.ts'
import { until } from './processes.ts'

const random = seededRandom(7)
const BOOT_MS = 25_000
const MINUTE_MS = 60_000

interface Trouble {
  /** Called before the autoscaler starts. */
  readonly hetzner?: (cloud: EmulatedHetzner) => void
  readonly timeweb?: (cloud: EmulatedTimeweb) => void
  readonly settings?: { readonly listLagMs?: number }
  /** That it really happened. */
  readonly seen?: (stand: CloudStand) => boolean
}

const onHetzner =
  ({ hetzner: prepare, settings }: Trouble): BuildCloud =>
  async (onBoot) => {
    const cloud = new EmulatedHetzner({
      clock: fastClock,
      random,
      bootMs: BOOT_MS,
      answerMs: 50,
      onBoot,
      ...settings,
    })
    const served = await serveHetzner(cloud)
    prepare?.(cloud)
    return {
      definition: hetzner,
      options: {
        apiToken: 'emulated-hetzner-token',
        serverType: ['cx23:fsn1', 'cx33:nbg1', 'cpx22'],
        sshKeys: ['admin'],
        endpoint: served.url,
      },
      machines: () => cloud.servers.map(({ name }) => name),
      close: served.close,
    }
  }

const onTimeweb =
  ({ timeweb: prepare, settings }: Trouble): BuildCloud =>
  async (onBoot) => {
    const cloud = new EmulatedTimeweb({ clock: fastClock, random, bootMs: BOOT_MS, onBoot, ...settings })
    const served = await serveTimeweb(cloud)
    prepare?.(cloud)
    const { presets } = cloud.settings.catalogue
    return {
      definition: timeweb,
      options: {
        apiToken: 'timeweb-token',
        osId: 'ubuntu-24.04',
        presetId: presets.slice(0, 3).map(({ id }) => String(id)),
        apiUrl: served.url,
      },
      machines: () => cloud.servers.map(({ name }) => name),
      close: served.close,
    }
  }

const clouds: readonly (readonly [string, (trouble: Trouble) => BuildCloud])[] = [
  ['Hetzner', onHetzner],
  ['Timeweb', onTimeweb],
]

const troubles: readonly (readonly [string, Trouble])[] = [
  ['nothing', {}],
  [
    'the first two offerings sold out',
    {
      hetzner: (cloud) => {
        cloud.sellOut('cx23:fsn1')
        cloud.sellOut('cx33:nbg1')
      },
      timeweb: (cloud) => {
        const [first, second] = cloud.settings.catalogue.presets
        if (first) cloud.sellOut(first.id)
        if (second) cloud.sellOut(second.id)
      },
      seen: ({ outcomes }) => outcomes.some(({ refusals }) => refusals?.length === 2),
    },
  ],
  [
    'answers lost after the create',
    {
      hetzner: (cloud) =>
        cloud.faults.add({ method: 'POST', path: '/servers', kind: 'lose-answer', times: 4 }),
      timeweb: (cloud) =>
        cloud.faults.add({ method: 'POST', path: '/servers', kind: 'lose-answer', times: 4 }),
    },
  ],
  [
    '429 for a minute',
    {
      hetzner: (cloud) => refuseForAMinute(cloud.faults),
      timeweb: (cloud) => refuseForAMinute(cloud.faults),
      seen: ({ outcomes }) => outcomes.some(({ error }) => error?.kind === 'rate-limited'),
    },
  ],
  ['lists that are late by 20 s', { settings: { listLagMs: 20_000 } }],
]

function refuseForAMinute(faults: EmulatedHetzner['faults']): void {
  faults.add({
    method: 'POST',
    path: '/servers',
    kind: 'answer',
    status: 429,
    body: {},
    times: Number.POSITIVE_INFINITY,
  })
  fastClock.startTimer(MINUTE_MS, () => faults.clear())
}

describe.concurrent.each(clouds)('30 tasks at %s', (_, build) => {
  test.each(troubles)('with %s: all done, and nothing is left', async (_, trouble) => {
    const stand = await CloudStand.open(build(trouble))
    await stand.startAutoscaler()
    stand.order(30, 20_000)
    await until('30 tasks are done', () => stand.done === 30, 2 * MINUTE_MS)
    await until('no machine is left', () => stand.machines.length === 0, 2 * MINUTE_MS)
    await until('no record is left', () => stand.records === 0, MINUTE_MS)
    expect(stand.booted).toHaveLength(new Set(stand.booted).size)
    expect(stand.peak).toBeLessThanOrEqual(MAX_MACHINES)
    expect(trouble.seen?.(stand) ?? true).toBe(true)
    await stand.close()
  })

  test('killed between create and answer, and started anew: all done, and nothing is left', async () => {
    const slow = { method: 'POST', path: '/servers', kind: 'slow', delayMs: 20_000, times: 6 } as const
    const stand = await CloudStand.open(
      build({ hetzner: (cloud) => cloud.faults.add(slow), timeweb: (cloud) => cloud.faults.add(slow) }),
    )
    await stand.startAutoscaler()
    stand.order(30, 20_000)
    await until('machines are asked for', () => stand.machines.length > 0, MINUTE_MS)
    stand.killAutoscaler()
    await stand.startAutoscaler()
    await until('30 tasks are done', () => stand.done === 30, 2 * MINUTE_MS)
    await until('no machine is left', () => stand.machines.length === 0, 2 * MINUTE_MS)
    await until('no record is left', () => stand.records === 0, MINUTE_MS)
    expect(stand.booted).toHaveLength(new Set(stand.booted).size)
    expect(stand.peak).toBeLessThanOrEqual(MAX_MACHINES)
    await stand.close()
  })
})
