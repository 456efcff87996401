import type { StatusView } from '@woodpeckers/autoscaler-observer'
import { type FixtureViews, fixtureViews } from './fixture-views.ts'
import type { FixturePool } from './fleet-life.ts'

const amd: FixturePool = {
  id: 'linux-amd64',
  min: 1,
  max: 14,
  offering: 'cx32:fsn1',
  hourlyPrice: 0.0113,
  jobsPerHour: 46,
  jobMinutes: 5,
  swing: 0.7,
}
const arm: FixturePool = {
  ...amd,
  id: 'linux-arm64',
  min: 0,
  max: 8,
  offering: 'cax21:nbg1',
  jobsPerHour: 14,
}
const big: FixturePool = {
  ...amd,
  id: 'builders-large',
  min: 0,
  max: 4,
  offering: 'ccx33:fsn1',
  hourlyPrice: 0.0769,
  jobsPerHour: 3,
  jobMinutes: 14,
}

export const usualPools: readonly FixturePool[] = [amd, arm, big]

/** A few pools on an ordinary day. */
export function usualFleet(now: number): FixtureViews {
  return fixtureViews({ pools: usualPools, hours: 24, now, seed: 14 })
}

/** The same on a day on which much is in the way. */
export function troubledFleet(now: number): FixtureViews {
  const views = fixtureViews({
    pools: [{ ...amd, max: 6, jobsPerHour: 36 }, arm, { ...big, max: 2, jobsPerHour: 4 }],
    hours: 24,
    now,
    seed: 11,
  })
  return { ...views, status: { ...views.status, ...trouble(views.status, now) } }
}

/** A thousand machines at once, and a day of it. */
export function greatFleet(now: number): FixtureViews {
  const pools = ['eu-central', 'eu-north', 'us-east', 'us-west', 'ap-south'].map((id, place) => ({
    ...amd,
    id,
    min: 200,
    max: 240,
    jobsPerHour: 950 + 50 * place,
    jobMinutes: 7,
    swing: 0.2,
  }))
  return fixtureViews({ pools, hours: 24, now, seed: 3 })
}

/** Nothing has happened yet. */
export function emptyFleet(now: number): FixtureViews {
  const views = fixtureViews({ pools: [{ ...amd, min: 0, jobsPerHour: 0 }], hours: 0.01, now, seed: 1 })
  return { ...views, status: { ...views.status, queue: { pending: 0, running: 0, waiting: 0 } } }
}

/** What comes from outside is as bad as it can be. */
export function hostileFleet(now: number): FixtureViews {
  const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
  const long = `${markup}${'0123456789'.repeat(1000)}`
  const pool = { ...amd, id: markup, offering: long }
  const views = fixtureViews({ pools: [pool], hours: 2, now, seed: 5 })
  const { status } = views
  return {
    ...views,
    status: {
      ...status,
      verdict: { level: 'trouble', sentence: long },
      tasks: status.tasks.map((task) => ({
        ...task,
        title: long,
        reason: long,
        labels: { [markup]: long, '\u202etxt': markup, __proto__x: 'y' },
      })),
      holds: [{ kind: 'hold', pool: markup, because: 'at-max', reason: long, subject: markup }],
      orders: { ...status.orders, drained: [long, markup] },
    },
    events: views.events.map((event) => ({ ...event, text: long })),
  }
}

function trouble(status: StatusView, now: number): Partial<StatusView> {
  const lost = status.pools[0]!.machines[0]?.name ?? 'pool-linux-amd64-agent-1'
  return {
    verdict: {
      level: 'trouble',
      sentence:
        '3 tasks have waited for more than 10 minutes: linux-amd64 is at its maximum, and no pool takes one of them.',
    },
    tasks: [
      {
        id: '4711',
        title: 'acme/mobile#431 sign',
        state: 'pending',
        labels: { platform: 'darwin/arm64', xcode: '17' },
        sinceAt: now - 21 * 60_000,
        because: 'no-pool-matches',
        reason: 'No pool takes it: each offers another value of platform than darwin/arm64.',
      },
      {
        id: '4712',
        title: 'infra/images#77 build',
        state: 'waiting',
        labels: { platform: 'linux/amd64' },
        because: 'waiting',
        reason: 'It waits for another task of its pipeline, which runs.',
      },
      ...status.tasks.map((task) =>
        task.state === 'pending'
          ? { ...task, because: 'at-max' as const, reason: 'linux-amd64 has 6 of at most 6 machines.' }
          : task,
      ),
    ],
    holds: [
      {
        kind: 'hold',
        pool: 'linux-amd64',
        because: 'at-max',
        reason: 'linux-amd64 has 6 of at most 6 machines, and 9 more are wanted.',
        wanted: 9,
      },
      {
        kind: 'hold',
        pool: undefined,
        because: 'no-pool-matches',
        reason: 'acme/mobile#431 sign: no pool offers platform=darwin/arm64.',
        subject: '4711',
      },
      {
        kind: 'hold',
        pool: 'builders-large',
        because: 'cloud-backing-off',
        reason: 'Hetzner refused the last 4 calls: quota exceeded. It is asked again in 2 min.',
      },
      ...['a', 'b', 'c'].map((name) => ({
        kind: 'hold' as const,
        pool: 'linux-amd64',
        because: 'drain-under-way' as const,
        reason: 'It was cordoned, and is to be seen idle twice before it goes.',
        subject: `pool-linux-amd64-agent-${name}`,
      })),
    ],
    orders: { ...status.orders, paused: ['linux-arm64'], protected: [lost] },
    pools: status.pools.map((pool) => ({
      ...pool,
      isPaused: pool.id === 'linux-arm64',
      machines: pool.machines.map((machine, place) => ({
        ...machine,
        ...(machine.name === lost && { order: 'protect' as const }),
        ...(place === 1 &&
          pool.id === 'linux-amd64' && {
            state: 'silent' as const,
            tasks: [],
            hold: 'It may still work: its task was not given back.',
          }),
      })),
    })),
  }
}
