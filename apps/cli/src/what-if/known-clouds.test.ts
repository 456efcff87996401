import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  createShare,
  type Provider,
  type ProviderDefinition,
  silentLog,
  systemClock,
} from '@woodpeckers/autoscaler-core'
import { awsProvider } from '@woodpeckers/autoscaler-provider-aws'
import { createHetznerProvider, hetznerProvider } from '@woodpeckers/autoscaler-provider-hetzner'
import { localProvider } from '@woodpeckers/autoscaler-provider-local'
import { createTimewebProvider, timewebProvider } from '@woodpeckers/autoscaler-provider-timeweb'
import { expect, test } from 'vitest'
import type { PoolConfig } from '../config/config.ts'
import { EXAMPLES } from '../fixtures/an-example.ts'
import { cloudFacts } from './known-clouds.ts'
import { readSettings } from './setting-to-play.ts'

/** A cloud that is not there: what a provider says then it knows by itself. */
const nobody = {
  fetch: () => Promise.reject(new TypeError('fetch failed')),
  close: async () => {},
}

function contextOf(options: Record<string, unknown>) {
  const pool = { id: 'main', namePrefix: 'pool-main-agent-', labels: {} }
  // Waits between tries take no time.
  const clock = {
    now: systemClock.now,
    monotonic: systemClock.monotonic,
    startTimer: (_: number, ring: () => void) => systemClock.startTimer(0, ring),
  }
  return { options, pool, log: silentLog, clock, random: () => 0.5, share: createShare() }
}

const aws = { region: 'eu-central-1', instanceType: ['m7g.large'], subnets: [], securityGroups: [] }

test.each<[string, ProviderDefinition, Record<string, unknown>, (context: never) => Promise<Provider>]>([
  [
    'hetznercloud',
    hetznerProvider as never,
    { apiToken: 't', serverType: ['cax21:fsn1'] },
    (context) => createHetznerProvider(context, nobody.fetch as never),
  ],
  [
    'timewebcloud',
    timewebProvider as never,
    { apiToken: 't', osId: 'ubuntu-24.04', presetId: ['2453'] },
    (context) => createTimewebProvider(context, nobody as never),
  ],
  ['aws', awsProvider as never, aws, async (context) => awsProvider.create(context)],
  [
    'aws',
    awsProvider as never,
    { ...aws, useSpotInstances: true, spotLabel: 'spot=true' },
    async (context) => awsProvider.create(context),
  ],
  ['local', localProvider as never, {}, async (context) => localProvider.create(context)],
])('%s is known as it would say itself', async (name, definition, given, create) => {
  const providerOptions: Record<string, unknown> = definition.options.parse(given)
  const provider = await create(contextOf(providerOptions) as never)
  const facts = cloudFacts({ definition, providerOptions } as PoolConfig)
  expect(definition.name).toBe(name)
  expect(facts.billing).toBe(provider.billing ?? 'second')
  expect(facts.platform.backend).toBe(provider.platform?.backend)
  // That of this computer says nothing of the one where it will run.
  if (name !== 'local') expect(facts.platform).toEqual(provider.platform)
  expect(facts.agentLabels).toEqual(provider.agentLabels ?? {})
  expect(facts.canPark).toBe(provider.stoppingSaves === true)
  await provider.close?.()
})

const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml'))
const hints = { boot: new Map(), price: new Map(), billing: new Map(), platform: new Map(), speed: new Map() }

test.each(files)('the example %s can be played without any secret', async (name) => {
  const price = new Map([['', { amount: 0.01, currency: 'EUR' }]])
  const read = await readSettings([join(EXAMPLES, name)], { ...hints, price }, 1, { env: {}, cwd: EXAMPLES })
  expect(read).toMatchObject({ ok: true })
})
