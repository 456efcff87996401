import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { policyAt } from '@woodpeckers/autoscaler-core'
import { aPool } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test, vi } from 'vitest'
import { AnExample, EXAMPLE_ENV, EXAMPLES } from '../fixtures/an-example.ts'
import { runInProcess } from '../fixtures/in-process.ts'
import type { Config } from './config.ts'
import { readConfig } from './read-config.ts'

const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml'))
const soon = { timeout: 40_000, interval: 50 }
const aWhile = 90_000

async function configOf(name: string): Promise<Config> {
  const read = await readConfig(join(EXAMPLES, name), { env: EXAMPLE_ENV, cwd: EXAMPLES })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.config
}

test('there are five', () => expect(files).toHaveLength(5))

test.each(files)('%s is valid, and nothing is to be warned of', async (name) => {
  const ran = await runInProcess(['config', 'validate', `--config=${join(EXAMPLES, name)}`], EXAMPLE_ENV)
  expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^\d pools?: /) })
})

test(
  'a small team at Hetzner: two jobs share a machine, and there are no more machines than they need',
  async () => {
    await using example = await AnExample.open('small-team-hetzner.yaml')
    const { site } = example
    site.order(20_000, {}, {}, {})
    site.start()
    await vi.waitFor(() => expect(site.done).toBe(3), soon)
    expect(example.pools).toEqual(['team', 'team'])
    expect(site.hetzner.servers.map(({ type }) => type.name)).toEqual(['cx33', 'cx33'])
    const [pool] = (await configOf('small-team-hetzner.yaml')).pools
    expect(pool).toMatchObject({ minAgents: 0, agentBillingTeardownMargin: 5 * 60_000 })
  },
  aWhile,
)

test(
  'AWS: what may be lost goes to spot machines of its architecture, all else to ordinary ones',
  async () => {
    await using example = await AnExample.open('aws-spot.yaml')
    const { site } = example
    const arm = { platform: 'linux/arm64' }
    site.order(20_000, { spot: 'true' }, { spot: 'true', ...arm }, {}, arm)
    site.start()
    await vi.waitFor(() => expect(site.done).toBe(3), soon)
    expect(example.pools).toEqual(['ordinary', 'spot-amd64', 'spot-arm64'])
    // Who is free, and of another architecture, stays free.
    site.order(20_000, { spot: 'true' }, { spot: 'true' }, { spot: 'true' })
    await vi.waitFor(() => expect(site.done).toBe(6), soon)
    expect(example.ranIn(2)).toEqual(['spot-amd64', 'spot-amd64', 'spot-amd64'])
    // There is no ordinary machine with ARM.
    expect(site.server.info().pending).toHaveLength(1)
    const { pools } = await configOf('aws-spot.yaml')
    expect(
      pools.map(({ providerOptions: { useSpotInstances, spotFallback, spotLabel, region } }) => [
        useSpotInstances,
        spotFallback,
        spotLabel,
        region,
      ]),
    ).toEqual([
      [true, true, 'spot=true', 'eu-central-1'],
      [true, true, 'spot=true', 'eu-central-1'],
      [false, false, 'spot=true', 'eu-central-1'],
    ])
  },
  aWhile,
)

test(
  'Timeweb and local: what needs this computer runs here, all else at Timeweb',
  async () => {
    await using example = await AnExample.open('timeweb-and-local.yaml')
    const { site } = example
    site.order(20_000, { bench: 'yes' }, {}, {})
    site.start()
    await vi.waitFor(() => expect(site.done).toBe(3), soon)
    expect(example.pools).toEqual(['cloud', 'cloud'])
    expect(await example.here()).toEqual([expect.stringMatching(/^pool-bench-agent-/)])
  },
  aWhile,
)

test(
  'forks: two machines wait ready, each serves one job and is ended, and another one takes its place',
  async () => {
    await using example = await AnExample.open('forks.yaml')
    const { site } = example
    site.start()
    await vi.waitFor(
      () =>
        expect(
          [...site.server.database.agents.values()].filter(({ platform }) => platform !== ''),
        ).toHaveLength(2),
      soon,
    )
    const ready = site.names.hetzner
    expect(example.pools).toEqual(['forks', 'forks'])
    for (const event of ['pull_request', 'push', 'manual'] as const)
      site.server.createPipeline({
        repo: 'acme/app',
        event,
        workflows: [{ name: event, durationMs: 20_000 }],
      })
    await vi.waitFor(() => expect(site.done).toBe(2), soon)
    await vi.waitFor(
      () => expect(site.names.hetzner.filter((name) => ready.includes(name))).toHaveLength(1),
      soon,
    )
    await vi.waitFor(() => expect(example.pools).toEqual(['forks', 'forks', 'team']), soon)
    expect(site.server.info().pending.map(({ name }) => name)).toEqual(['manual'])
    expect(site.out).toContain('takes only tasks labelled woodpecker-ci.org/event=push')
  },
  aWhile,
)

describe('nights and weekends', () => {
  const FILE = 'nights-and-weekends.yaml'

  test.each([
    ['on Monday at 8 in winter', '2026-02-02T07:00:00Z', { min: 1, max: 6, buffer: { share: 0.2 } }],
    ['on Monday at 8 in summer', '2026-07-06T06:00:00Z', { min: 1, max: 6, buffer: { share: 0.2 } }],
    ['on Friday at 18', '2026-02-06T17:00:00Z', { min: 0, max: 6, buffer: { slots: 0 } }],
    ['at night', '2026-02-03T01:30:00Z', { min: 0, max: 16, buffer: { slots: 0 } }],
    ['in the evening', '2026-02-03T20:00:00Z', { min: 0, max: 6, buffer: { slots: 0 } }],
    ['in the night of a weekend', '2026-02-08T01:30:00Z', { min: 0, max: 2, buffer: { slots: 0 } }],
    ['on Monday at 5, when the weekend and the night are over', '2026-02-09T04:00:00Z', { max: 6 }],
  ])('%s', async (_, when, limits) => {
    const [pool] = (await configOf(FILE)).pools
    const { minAgents: min, maxAgents: max, buffer, schedules } = pool!
    expect(policyAt(aPool({ min, max, buffer, schedules }), Date.parse(when))).toMatchObject(limits)
  })

  test(
    'in working hours an agent waits for jobs; what it costs is written down',
    async () => {
      await using example = await AnExample.open(FILE, Date.parse('2026-02-02T08:00:00Z'))
      const { site } = example
      site.start()
      await vi.waitFor(() => expect(example.pools).toEqual(['tests']), soon)
      site.order(20_000, {}, {})
      await vi.waitFor(() => expect(site.done).toBe(2), soon)
      await site.stop()
      expect(example.spent()).toMatch(/"EUR"/)
    },
    aWhile,
  )

  test(
    'on a Sunday none waits, and three jobs get two machines',
    async () => {
      await using example = await AnExample.open(FILE, Date.parse('2026-02-08T08:00:00Z'))
      const { site } = example
      site.order(1_000, {}, {}, {})
      await site.command('plan', '--json')
      const { actions } = JSON.parse(site.out)
      expect(actions).toHaveLength(2)
    },
    aWhile,
  )

  test('the budget is one for all pools, and survives a restart', async () => {
    const { process } = await configOf(FILE)
    expect(process).toMatchObject({
      maxMachines: 20,
      maxHourlyCost: { amount: 0.3, currency: 'EUR' },
      maxSpendPerMonth: { amount: 60, currency: 'EUR' },
      stateFile: 'spent.json',
    })
  })
})
