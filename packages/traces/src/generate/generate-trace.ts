import type { Random } from '@woodpeckers/autoscaler-core'
import { TRACE_VERSION, type Trace, type TraceArrival } from '../format/trace.ts'
import { streamOf } from '../world/stream-of.ts'

/** What a team's day looks like. */
export const traceKinds = ['bursty', 'nightly', 'monorepo'] as const

export type TraceKind = (typeof traceKinds)[number]

export interface GenerateTraceOptions {
  /**
   * `bursty`: pushes over the working hours, some with many jobs; `nightly`: three waves in the night and
   * little by day; `monorepo`: pipelines of 12 to 60 jobs at once.
   */
  readonly kind: TraceKind
  /** In all. */
  readonly jobs: number
  readonly seed: number
  /** Without it: one. It begins on a Monday; weekends are quiet. */
  readonly days?: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** A Monday. */
const START_AT = Date.UTC(2026, 0, 5)
const LONGEST_MS = 45 * MINUTE_MS

/** How much comes in each hour of the day, against the others. */
const WORKING_HOURS = [1, 1, 1, 1, 1, 2, 4, 9, 18, 26, 28, 24, 16, 22, 27, 26, 21, 14, 8, 5, 4, 3, 2, 1]
const NIGHT_HOURS = [20, 70, 60, 50, 10, 4, 1, 2, 3, 3, 3, 3, 2, 3, 3, 3, 3, 2, 1, 1, 1, 1, 2, 6]
/** Monday first. */
const WEEK_DAYS = [10, 11, 11, 10, 8, 1, 1]

interface Kind {
  readonly hours: readonly number[]
  /** Jobs that come at once. */
  readonly pushSize: (random: Random) => number
  /** Where within its hour a push comes: 0 to 1. */
  readonly within: (random: Random) => number
  /** Half of the jobs take less. */
  readonly medianMs: number
}

const kinds: Readonly<Record<TraceKind, Kind>> = {
  bursty: {
    hours: WORKING_HOURS,
    pushSize: (random) => (random() < 0.08 ? whole(random, 8, 40) : whole(random, 1, 4)),
    within: (random) => random(),
    medianMs: 150_000,
  },
  nightly: {
    hours: NIGHT_HOURS,
    pushSize: (random) => whole(random, 1, 12),
    // Schedules begin at the full hour.
    within: (random) => random() ** 4,
    medianMs: 240_000,
  },
  monorepo: {
    hours: WORKING_HOURS,
    pushSize: (random) => whole(random, 12, 60),
    within: (random) => random(),
    medianMs: 120_000,
  },
}

/** Makes a trace of so many jobs: the same seed gives the same. */
export function generateTrace({ kind, jobs, seed, days = 1 }: GenerateTraceOptions): Trace {
  const random = streamOf(seed, `trace ${kind}`)
  const { hours, pushSize, within, medianMs } = kinds[kind]
  const weights = Array.from(
    { length: days * 24 },
    (_, hour) => hours[hour % 24]! * (days > 1 ? WEEK_DAYS[Math.floor(hour / 24) % 7]! : 1),
  )
  const pickHour = picker(weights)
  const arrivals: TraceArrival[] = []
  while (arrivals.length < jobs) {
    const atMs = Math.floor((pickHour(random()) + within(random)) * HOUR_MS)
    const repo = kind === 'monorepo' ? 'acme/mono' : `acme/app-${Math.floor(40 * random() ** 2) + 1}`
    for (let left = Math.min(pushSize(random), jobs - arrivals.length); left > 0; left--)
      arrivals.push({ atMs, labels: { repo }, durationMs: durationMs(random, medianMs) })
  }
  arrivals.sort((one, other) => one.atMs - other.atMs)
  return { version: TRACE_VERSION, startAt: START_AT, spanMs: days * DAY_MS, arrivals }
}

/** Most are short, a few very long: their logarithms are spread evenly around the median's. */
function durationMs(random: Random, medianMs: number): number {
  const spread = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.round(Math.min(Math.max(medianMs * Math.exp(0.8 * spread), 5_000), LONGEST_MS))
}

/** Answers for 0 ≤ x < 1 a place in the list, each as often as it weighs. */
function picker(weights: readonly number[]): (x: number) => number {
  let total = 0
  const sums = weights.map((weight) => (total += weight))
  return (x) => sums.findIndex((sum) => x * total < sum)
}

function whole(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}
