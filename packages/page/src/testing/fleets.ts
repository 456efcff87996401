import type { HistoryView } from '@woodpeckers/autoscaler-observer'
import type { FixturePool } from './fixture-pool.ts'
import { type FixtureViews, viewsOf } from './fixture-views.ts'
import { playFleet } from './play-fleet.ts'
import { inTrouble } from './trouble.ts'

const amd: FixturePool = {
  id: 'linux-amd64',
  min: 1,
  max: 14,
  platform: 'linux/amd64',
  offering: 'cx33:fsn1',
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
  platform: 'linux/arm64',
  offering: 'cax21:nbg1',
  jobsPerHour: 14,
}
const big: FixturePool = {
  ...amd,
  id: 'builders-large',
  min: 0,
  max: 4,
  labels: { size: 'large' },
  offering: 'ccx33:fsn1',
  hourlyPrice: 0.0769,
  jobsPerHour: 3,
  jobMinutes: 14,
}

const HOUR_MS = 3_600_000

/** A few pools on an ordinary day. */
export async function usualFleet(now: number): Promise<FixtureViews> {
  return viewsOf(await playFleet({ pools: [amd, arm, big], hours: 24, now, seed: 14, earlierMs: HOUR_MS }))
}

/** The same after an hour: where only some of everything is needed. */
export async function shortFleet(now: number): Promise<FixtureViews> {
  return viewsOf(await playFleet({ pools: [amd, arm, big], hours: 1, now, seed: 14 }))
}

/** The same on a day on which much is in the way. */
export async function troubledFleet(now: number): Promise<FixtureViews> {
  const pools = [{ ...amd, max: 6, jobsPerHour: 25 }, arm, { ...big, max: 2 }]
  return viewsOf(inTrouble(await playFleet({ pools, hours: 24, now, seed: 11 })))
}

/** How much of the day with a thousand machines is played. */
const GREAT_HOURS = 0.25

/** A thousand machines at once, and a day of it: a quarter of an hour is played, and the bars and areas repeat it. */
export async function greatFleet(now: number): Promise<FixtureViews> {
  const pools = ['eu-central', 'eu-north', 'us-east', 'us-west', 'ap-south'].map((id, place) => ({
    ...amd,
    id,
    min: 200,
    max: 240,
    labels: { region: id },
    jobsPerHour: 950 + 50 * place,
    jobMinutes: 7,
    swing: 0.2,
  }))
  const views = viewsOf(await playFleet({ pools, hours: GREAT_HOURS, now, seed: 3 }))
  return { ...views, history: repeated(views.history, 24 / GREAT_HOURS) }
}

/** Ever earlier copies of it in front of it; machines that are there at its end have a bar in the last one alone. */
function repeated(history: HistoryView, times: number): HistoryView {
  const spanMs = GREAT_HOURS * HOUR_MS
  const copies = Array.from({ length: times }, (_, place) => (times - 1 - place) * spanMs)
  const ended = history.machines.filter(({ toAt }) => toAt !== undefined)
  return {
    ...history,
    fromAt: history.toAt - times * spanMs,
    samples: copies.flatMap((backMs) =>
      history.samples.map((sample) => ({ ...sample, at: sample.at - backMs })),
    ),
    machines: copies.flatMap((backMs) =>
      (backMs === 0 ? history.machines : ended).map((bar) => ({
        ...bar,
        name: backMs === 0 ? bar.name : `${bar.name}${backMs}`,
        fromAt: bar.fromAt - backMs,
        ...(bar.toAt !== undefined && { toAt: bar.toAt - backMs }),
        phases: bar.phases.map((phase) => ({ ...phase, fromAt: phase.fromAt - backMs })),
      })),
    ),
  }
}

/** Nothing has happened yet. */
export async function emptyFleet(now: number): Promise<FixtureViews> {
  return viewsOf(await playFleet({ pools: [{ ...amd, min: 0, jobsPerHour: 0 }], hours: 0.01, now, seed: 1 }))
}

/** What comes from outside is as bad as it can be. */
export async function hostileFleet(now: number): Promise<FixtureViews> {
  const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
  const long = `${markup}${'0123456789'.repeat(1000)}`
  const views = viewsOf(await playFleet({ pools: [amd], hours: 2, now, seed: 5, earlierMs: HOUR_MS }))
  const { status } = views
  return {
    ...views,
    status: {
      ...status,
      verdict: { level: 'trouble', sentence: long },
      pools: status.pools.map((pool) => ({
        ...pool,
        id: markup,
        machines: pool.machines.map((machine) => ({ ...machine, offering: long })),
      })),
      tasks: status.tasks.map((task) => ({
        ...task,
        title: long,
        reason: long,
        labels: { [markup]: long, '\u202etxt': markup, constructor: 'y' },
      })),
      holds: [{ kind: 'hold', pool: markup, because: 'at-max', reason: long, subject: markup }],
      orders: { ...status.orders, drained: [long, markup] },
    },
    history: {
      ...views.history,
      pools: [markup],
      machines: views.history.machines.map((bar) => ({ ...bar, pool: markup, offering: long })),
    },
    events: views.events.map((event) => ({ ...event, text: long })),
    explain: (task) =>
      views.explain(task).map((explanation) => ({
        ...explanation,
        sentence: long,
        task: { ...explanation.task, title: long, labels: { [markup]: long } },
      })),
  }
}
