import {
  type AutoscalerOptions,
  createAutoscaler,
  type Provider,
  silentLog,
  sleep,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { createWoodpeckerServer } from '@woodpeckers/autoscaler-woodpecker'
import { say, spread, title } from './measure.ts'

const INTERVAL_MS = 10_000

interface Stand {
  readonly server: EmulatedWoodpecker
  readonly served: ServedWoodpecker
  readonly options: AutoscalerOptions
  close(): Promise<void>
}

/** The real engine and client against the emulated server, over HTTP; the cloud answers as told. */
async function stand(provider: Partial<Provider>, events = true): Promise<Stand> {
  const server = new EmulatedWoodpecker({ clock: systemClock, random: systemRandom })
  const served = await serveWoodpecker(server)
  const ci = createWoodpeckerServer({
    url: served.url,
    token: adminToken,
    grpcAddr: served.agentAddress,
    grpcSecure: false,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  const known = new Set<string>()
  const cloud: Provider = {
    deployAgent: async ({ name }) => void known.add(name),
    removeAgent: async (name) => void known.delete(name),
    listDeployedAgentNames: async () => [...known],
    usesUserData: false,
    ...provider,
  }
  const policy = {
    id: 'bench',
    min: 0,
    max: 1_000,
    workflowsPerAgent: 1,
    offer: ci.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }),
    idleTimeoutMs: 600_000,
    inactivityTimeoutMs: 600_000,
    billingTeardownMarginMs: 120_000,
    billing: 'second',
    parked: { max: 0, forMs: 0 },
    keepFailed: 0,
  } as const
  return {
    server,
    served,
    options: {
      server: events ? ci : Object.assign(Object.create(ci), { listen: () => {} }),
      pools: [
        {
          policy,
          provider: cloud,
          agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '' },
        },
      ],
      caution: {
        graceAfterRestartMs: 300_000,
        longestPipelineMs: 7_200_000,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
      },
      intervalMs: INTERVAL_MS,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
    },
    async close() {
      await ci.close()
      await served.close()
    },
  }
}

/** From the moment that a job is asked for to the call that asks the cloud for its machine. */
export async function benchWakeUps(): Promise<void> {
  title('From a new job to the call of deployAgent (aim with events: p95 under 1 s)')
  say('with events, 15 jobs', spread(await wakeUps(true, 15), 0.95))
  say(`without, looking each ${INTERVAL_MS / 1_000} s, 3 jobs`, spread(await wakeUps(false, 3), 0.95))
}

async function wakeUps(events: boolean, jobs: number): Promise<readonly number[]> {
  const took: number[] = []
  let askedAt = 0
  let asked: () => void = () => {}
  const { server, options, close } = await stand(
    {
      deployAgent: async () => {
        took.push(performance.now() - askedAt)
        asked()
      },
    },
    events,
  )
  const stop = new AbortController()
  const running = createAutoscaler(options).run(stop.signal)
  await sleep(systemClock, 500)
  for (let job = 0; job < jobs; job++) {
    // Not in step with the loop.
    await sleep(systemClock, 2_000 + 1_000 * systemRandom())
    const deployed = new Promise<void>((resolve) => {
      asked = resolve
    })
    askedAt = performance.now()
    server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs: 1_000 }] })
    await deployed
  }
  stop.abort()
  await running
  await close()
  return took.sort((a, b) => a - b)
}

/** Ticks against the emulated server, and what ten thousand of them leave in memory. */
export async function benchTicks(): Promise<void> {
  title('Ticks over HTTP, 100 agents and 100 pending tasks that nobody takes')
  const { server, options, close } = await stand({})
  for (let at = 0; at < 100; at++) server.records.create({ name: `foreign-${at}` }, 1)
  server.createPipeline({
    repo: 'acme/app',
    workflows: Array.from({ length: 100 }, (_, at) => ({ name: `w${at}`, labels: { never: 'there' } })),
  })
  const autoscaler = createAutoscaler(options)
  const ticks = async (count: number) => {
    for (let at = 0; at < count; at++) await autoscaler.tick()
  }
  await ticks(500)
  const before = heapMiB()
  const startedAt = performance.now()
  await ticks(10_000)
  const seconds = (performance.now() - startedAt) / 1_000
  say('ticks a second, server and client in one process', (10_000 / seconds).toFixed(0))
  say('heap before and after 10,000 ticks', `${before.toFixed(1)} MiB, ${heapMiB().toFixed(1)} MiB`)
  await close()
}

function heapMiB(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** 100 jobs at once, a cloud that takes 100 ms for each machine. */
export async function benchBurst(): Promise<void> {
  title('100 launches at once, 100 ms for each call of the cloud (aim: all issued within 2 s, 8 at a time)')
  let atOnce = 0
  let peak = 0
  let issued = 0
  let all: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    all = resolve
  })
  const { server, options, close } = await stand({
    deployAgent: async () => {
      peak = Math.max(peak, ++atOnce)
      if (++issued === 100) all()
      await sleep(systemClock, 100)
      atOnce--
    },
  })
  server.createPipeline({
    repo: 'acme/app',
    workflows: Array.from({ length: 100 }, (_, at) => ({ name: `w${at}` })),
  })
  await sleep(systemClock, 200)
  const autoscaler = createAutoscaler(options)
  const startedAt = performance.now()
  await autoscaler.tick()
  await done
  say('from the tick to the last of the calls', `${((performance.now() - startedAt) / 1_000).toFixed(2)} s`)
  say('calls at once, at most', String(peak))
  await autoscaler.settled()
  await close()
}
