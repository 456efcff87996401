import {
  createAutoscaler,
  namePrefix,
  type Pool,
  silentLog,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import { aPool, ManualClock } from '@woodpeckers/autoscaler-core/testing'
import {
  adminToken,
  agentsOnMachines,
  createEmulatedCloudProvider,
  EmulatedCloud,
  EmulatedWoodpecker,
  seededRandom,
  woodpeckerFetch,
} from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { call, newServer } from './testing/new-server.ts'

const MINUTE_MS = 60_000

/** The engine in front of an emulated server, with a pool for each of these: an organisation, or `undefined` for all. */
async function aSite(pools: Readonly<Record<string, string | undefined>>) {
  const clock = new ManualClock()
  const random = seededRandom(5)
  const woodpecker = new EmulatedWoodpecker({ clock, random })
  for (const name of ['acme/app', 'beta/app']) woodpecker.createRepo({ name })
  const cloud = new EmulatedCloud({
    clock,
    random,
    billing: 'second',
    offerings: [{ id: 'small' }],
    bootMs: 20_000,
    onBoot: agentsOnMachines({ clock, random, link: (token) => woodpecker.link(token) }),
  })
  const server = newServer({ fetch: woodpeckerFetch(woodpecker) as never, token: adminToken, clock, random })
  const reports: TickReport[] = []
  const autoscaler = createAutoscaler({
    server,
    pools: await Promise.all(Object.entries(pools).map(([id, of]) => poolOf(id, of))),
    caution: {
      graceAfterRestartMs: MINUTE_MS,
      longestPipelineMs: 120 * MINUTE_MS,
      listLagMs: 2 * MINUTE_MS,
      poweredOffMs: 20_000,
    },
    intervalMs: 10_000,
    clock,
    random,
    log: silentLog,
    onTick: (report) => reports.push(report),
  })

  async function poolOf(id: string, organisation: string | undefined): Promise<Pool> {
    const search = organisation === undefined ? undefined : await server.findScope!(organisation, call())
    const scope = search?.ok ? { scope: search.scope.id } : {}
    const platform = { platform: 'linux/amd64', backend: 'docker' }
    return {
      provider: createEmulatedCloudProvider(cloud, namePrefix(id)),
      policy: {
        ...aPool({ id, min: 0, max: 4, idleTimeoutMs: 4 * MINUTE_MS }),
        offer: server.offerOf({ labels: {}, ...platform, ...scope }),
      },
      agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '', ...scope },
    }
  }

  return {
    woodpecker,
    /** Machines that there ever were, by pool. */
    machines: (id: string) => cloud.books.filter(({ name }) => name.startsWith(namePrefix(id))).length,
    left: () => cloud.machines.length,
    job: (repo: string) =>
      woodpecker.createPipeline({ repo, workflows: [{ name: 'build', durationMs: MINUTE_MS }] }),
    lastPlan: () => reports.at(-1)!.plan,
    async run(minutes: number) {
      const stop = new AbortController()
      const running = autoscaler.run(stop.signal)
      await clock.advance(minutes * MINUTE_MS)
      stop.abort()
      await clock.advance(MINUTE_MS)
      await running
    },
  }
}

test("a pool of one organisation serves its tasks, and says what keeps another's from it", async () => {
  const site = await aSite({ own: 'acme' })
  const [acme, beta] = [site.job('acme/app'), site.job('beta/app')]
  await site.run(3)
  expect([acme.status, beta.status]).toEqual(['success', 'pending'])
  expect(site.machines('own')).toBe(1)
  expect(site.woodpecker.records.list()).toMatchObject([{ org_id: 3 }])
  expect(site.lastPlan().unmatched).toMatchObject([
    { title: 'beta/app#1 build', obstacles: [{ pool: 'own', label: 'org-id=4', offered: '3' }] },
  ])
})

test('its agents go as all others do, when there is nothing left for them', async () => {
  const site = await aSite({ own: 'acme' })
  site.job('acme/app')
  await site.run(15)
  expect(site.machines('own')).toBe(1)
  expect([site.left(), site.woodpecker.records.list()]).toEqual([0, []])
})

test("another organisation's tasks are served by a pool for all, and make no machine of the first", async () => {
  const site = await aSite({ own: 'acme', all: undefined })
  const jobs = Array.from({ length: 3 }, () => site.job('beta/app'))
  await site.run(5)
  expect(jobs.map(({ status }) => status)).toEqual(['success', 'success', 'success'])
  expect([site.machines('own'), site.machines('all')]).toEqual([0, 3])
  expect(site.lastPlan().unmatched).toEqual([])
})
