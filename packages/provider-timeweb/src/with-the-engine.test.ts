import {
  type Autoscaler,
  createAutoscaler,
  namePrefix,
  type Outcome,
  type Provider,
  renderCloudInit,
  silentLog,
} from '@woodpeckers/autoscaler-core'
import { aPool, FakeCiServer } from '@woodpeckers/autoscaler-core/testing'
import { seededRandom } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { type AnAccount, anAccount } from './an-account.test-setup.ts'

const MAX = 6
const TASKS = 30

/** The engine between a fake server and the emulated cloud, whose machines run what their user data says. */
function aStand(settings: Parameters<typeof anAccount>[0]) {
  let server: FakeCiServer | undefined
  const account = anAccount({
    startMs: 8000,
    bootMs: 25_000,
    edge: { perSecond: 2.2, burst: 6, banMs: 60_000 },
    ...settings,
    onBoot: ({ environment }) => {
      const agent = server!.connect(environment['WOODPECKER_HOSTNAME']!)
      return { vanish: () => agent.kill() }
    },
  })
  server = new FakeCiServer({ clock: account.clock })
  const outcomes: Outcome[] = []
  const create = (provider: Provider): Autoscaler =>
    createAutoscaler({
      server: server!,
      pools: [
        {
          policy: {
            ...aPool({ max: MAX, billing: 'hour', idleTimeoutMs: 60_000 }),
            offer: server!.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }),
          },
          provider,
          agent: { labels: {}, image: undefined, environment: {}, renderUserData: renderCloudInit },
        },
      ],
      caution: {
        graceAfterRestartMs: 60_000,
        longestPipelineMs: 7_200_000,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
      },
      intervalMs: 10_000,
      clock: account.clock,
      random: seededRandom(3),
      log: silentLog,
      onTick: () => {},
      onOutcome: (outcome) => outcomes.push(outcome),
    })
  return { account, server, outcomes, create }
}

interface Trouble {
  readonly settings?: Parameters<typeof anAccount>[0]
  readonly arrange?: (account: AnAccount) => void
  readonly isKilled?: boolean
}

const troubles: Readonly<Record<string, Trouble>> = {
  nothing: {},
  'the first two presets sold out': {
    arrange: ({ cloud }) => {
      cloud.sellOut(2447)
      cloud.sellOut(2449)
    },
  },
  'answers lost after the order': {
    arrange: ({ cloud }) =>
      cloud.faults.add({ kind: 'lose-answer', method: 'POST', path: '/api/v1/servers', times: 4 }),
  },
  '429 for a minute': { arrange: ({ cloud }) => cloud.throttle(60_000) },
  'lists late by 20 s': { settings: { listLagMs: 20_000 } },
  'lists late, and answers lost': {
    settings: { listLagMs: 20_000 },
    arrange: ({ cloud }) =>
      cloud.faults.add({ kind: 'lose-answer', method: 'POST', path: '/api/v1/servers', times: 4 }),
  },
  'a minute shut out by the edge': { arrange: ({ cloud }) => cloud.edge.ban(60_000) },
  'a process killed between order and answer': {
    arrange: ({ cloud }) =>
      cloud.faults.add({ kind: 'slow', method: 'POST', path: '/api/v1/servers', delayMs: 20_000, times: 3 }),
    isKilled: true,
  },
}

test.each(Object.entries(troubles))(
  `${TASKS} tasks, with %s: all done, no name twice, never over max, nothing left`,
  { timeout: 60_000 },
  async (_, { settings = {}, arrange, isKilled }) => {
    const { account, server, outcomes, create } = aStand(settings)
    const { clock, cloud, open } = account
    const options = { presetId: ['2447', '2449', '2453'] }
    let stop = new AbortController()
    let running = create(await open(options)).run(stop.signal)
    await clock.advance(30_000)
    arrange?.(account)
    server.addTasks(TASKS, { durationMs: 60_000 })
    if (isKilled) {
      await clock.advance(5000)
      stop.abort()
      running.catch(() => {})
      stop = new AbortController()
      running = create(await open(options)).run(stop.signal)
    }
    let most = 0
    for (let minute = 0; minute < 100; minute++) {
      for (let second = 0; second < 60; second += 5) {
        await clock.advance(5000)
        most = Math.max(most, cloud.servers.length)
      }
      if (cloud.servers.length === 0 && server.tasks.every(({ fate }) => fate === 'done')) break
    }
    await clock.advance(60_000)
    expect(server.tasks.map(({ fate }) => fate)).toEqual(Array(TASKS).fill('done'))
    expect([cloud.servers, cloud.floatingIps, server.agents]).toEqual([[], [], []])
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(MAX)
    const names = cloud.books.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => name.startsWith(namePrefix('1')))).toBe(true)
    expect(outcomes.length).toBeGreaterThan(0)
    stop.abort()
    await clock.advance(60_000)
    await running
  },
)

test.each([
  ['while the autoscaler runs', false],
  ['while no autoscaler runs', true],
])('of a server that somebody else deletes %s, no address is billed on', async (_, restarts) => {
  const { account, server, create } = aStand({})
  const { clock, cloud } = account
  let stop = new AbortController()
  let running = create(await account.open()).run(stop.signal)
  await clock.advance(2 * 60_000)
  server.addTasks(1, { durationMs: 60_000 })
  await clock.advance(5 * 60_000)
  expect(cloud.floatingIps).toHaveLength(1)
  if (restarts) {
    stop.abort()
    await clock.advance(60_000)
    await running
  }
  const theirs = cloud.plantFloatingIp('')
  cloud.vanish(cloud.servers[0]!.name)
  if (restarts) {
    stop = new AbortController()
    running = create(await account.open()).run(stop.signal)
  }
  await clock.advance(60 * 60_000)
  expect([cloud.servers, server.agents, cloud.floatingIps]).toEqual([[], [], [theirs]])
  stop.abort()
  await clock.advance(60_000)
  await running
})
