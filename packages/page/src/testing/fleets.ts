import { type FixtureViews, fixtureViews } from './fixture-views.ts'
import type { FixturePool } from './fleet-life.ts'
import { trouble } from './trouble.ts'

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
    pools: [{ ...amd, max: 6, jobsPerHour: 25 }, arm, { ...big, max: 2 }],
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
        labels: { [markup]: long, '\u202etxt': markup, constructor: 'y' },
      })),
      holds: [{ kind: 'hold', pool: markup, because: 'at-max', reason: long, subject: markup }],
      orders: { ...status.orders, drained: [long, markup] },
    },
    events: views.events.map((event) => ({ ...event, text: long })),
  }
}
