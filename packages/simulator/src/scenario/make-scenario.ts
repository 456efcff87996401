import type { Random } from '@woodpeckers/autoscaler-core'
import { streamOf } from '@woodpeckers/autoscaler-traces'
import { withFailures } from './make-failures.ts'
import { withOddities } from './make-oddities.ts'
import { makeFleet, withPolicy } from './make-policy.ts'
import { type Mishap, mishapKinds } from './mishaps.ts'
import { makeOrders } from './people-orders.ts'
import type { Arrival, ArrivingJob, CloudKind, CloudSetup, PoolSetup, Scenario } from './scenario.ts'
import { type WeatherFront, weatherKinds } from './weather.ts'

const MINUTE_MS = 60_000
const kinds: readonly CloudKind[] = ['hetzner', 'timeweb', 'plain']

/** The world of a seed. */
export function makeScenario(seed: number): Scenario {
  return withOddities(makeUsual(seed))
}

/** 20 to 60 minutes of jobs and faults, with one to three pools. */
function makeUsual(seed: number): Scenario {
  const random = streamOf(seed, 'scenario')
  const clouds = kinds.map((kind) => makeCloud(kind, streamOf(seed, `cloud ${kind}`)))
  const pools = makePools(streamOf(seed, 'pools'), clouds).map((pool) =>
    withPolicy(pool, streamOf(seed, `policy ${pool.id}`)),
  )
  const stormMs = between(random, 20, 60) * MINUTE_MS
  return {
    seed,
    stormMs,
    intervalMs: pick(random, [5_000, 10_000, 10_000, 30_000]),
    server: {
      clockOffsetMs: random() < 0.3 ? between(random, -240, 240) * 1_000 : 0,
      hasEvents: random() < 0.8,
      patchGapMs: random() < 0.3 ? 2_000 : 0,
      forgeMs: random() < 0.3 ? 1_500 : 0,
      writeMs: random() < 0.3 ? 300 : 0,
      pageSize: pick(random, [50, 50, 3]),
    },
    clouds: clouds.filter(({ kind }) => pools.some(({ cloud }) => cloud === kind)),
    pools,
    ...makeFleet(streamOf(seed, 'fleet'), pools),
    weather: makeWeather(streamOf(seed, 'fronts'), stormMs),
    ...withFailures(
      {
        arrivals: makeArrivals(streamOf(seed, 'arrivals'), stormMs),
        mishaps: makeMishaps(streamOf(seed, 'mishaps'), stormMs),
      },
      pools,
      streamOf(seed, 'failures'),
      stormMs,
    ),
    ...makeOrders(streamOf(seed, 'orders'), stormMs),
  }
}

function makeCloud(kind: CloudKind, random: Random): CloudSetup {
  return {
    kind,
    bootMs: pick(random, [
      [5_000, 15_000],
      [20_000, 60_000],
      [60_000, 150_000],
    ] as const),
    listLagMs: random() < 0.3 ? between(random, 1, 60) * 1_000 : 0,
    answerMs: pick(random, [0, 50, 400]),
    deleteMs: pick(random, [0, 3_000]),
    listsFacts: random() < 0.7,
  }
}

function makePools(random: Random, clouds: readonly CloudSetup[]): readonly PoolSetup[] {
  const count = pick(random, [1, 1, 1, 2, 3])
  return Array.from({ length: count }, (_, at): PoolSetup => {
    const { kind, listsFacts } = pick(random, clouds)
    // Which machines are stopped, a list of names does not say.
    const mayPark = kind === 'plain' && listsFacts
    return {
      id: ['1', 'big', 'b2'][at]!,
      cloud: kind,
      policy: {
        min: pick(random, [0, 0, 0, 1, 2]),
        max: pick(random, [2, 4, 6, 10]),
        workflowsPerAgent: pick(random, [1, 1, 2, 4]),
        idleTimeoutMs: pick(random, [0, 30_000, 120_000, 600_000]),
        inactivityTimeoutMs: pick(random, [180_000, 600_000]),
        keepFailed: 0,
        ...(mayPark && random() < 0.7 ? { parked: { max: 2, forMs: 20 * MINUTE_MS } } : {}),
        ...(random() < 0.5 ? { billing: 'second' as const } : {}),
      },
      labels: at === 0 ? {} : { size: 'big' },
    }
  })
}

function makeArrivals(random: Random, stormMs: number): readonly Arrival[] {
  const count = Math.floor(between(random, 2, 25))
  return Array.from({ length: count }, () => ({
    atMs: Math.floor(random() * stormMs),
    jobs: Array.from({ length: Math.floor(between(random, 1, 7)) }, (): ArrivingJob => {
      const durationMs = Math.floor(between(random, 1, random() < 0.2 ? 900 : 120) * 1_000)
      return {
        durationMs,
        ...(random() < 0.15 ? { afterPrevious: true } : {}),
        ...(random() < 0.05 ? { concurrency: 1 } : {}),
      }
    }),
  }))
}

/** Some kinds, each for a while, in the background or as a storm in which nothing gets through. */
function makeWeather(random: Random, stormMs: number): readonly WeatherFront[] {
  const count = Math.floor(random() * 6)
  return Array.from({ length: count }, () => {
    const isStorm = random() < 0.3
    const fromMs = Math.floor(random() * stormMs * 0.9)
    const longestMs = isStorm ? 4 * MINUTE_MS : stormMs
    return {
      kind: pick(random, weatherKinds),
      where: pick(random, ['server', 'clouds'] as const),
      rate: isStorm ? 1 : pick(random, [0.02, 0.1, 0.3]),
      fromMs,
      forMs: Math.floor(Math.min(random() * longestMs, stormMs - fromMs)),
    }
  })
}

function makeMishaps(random: Random, stormMs: number): readonly Mishap[] {
  const count = Math.floor(random() * 16)
  const made = Array.from({ length: count }, () => ({
    atMs: Math.floor(random() * stormMs),
    kind: pick(random, mishapKinds),
    pick: random(),
    forMs: Math.floor(between(random, 1, random() < 0.3 ? 900 : 120) * 1_000),
  }))
  return made.toSorted((one, other) => one.atMs - other.atMs)
}

function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least)
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}
