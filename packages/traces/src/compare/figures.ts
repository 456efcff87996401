import { formatDuration, type Money } from '@woodpeckers/autoscaler-core'
import type { TraceResult } from '../play/trace-result.ts'

/** One row of a comparison. */
export interface Figure {
  /** Its name in JSON. */
  readonly key: string
  readonly title: string
  /** Which of several is the best. Without it: none is. */
  readonly better?: 'less' | 'more'
  /** `undefined`: unknown, or without meaning here. */
  value(result: TraceResult): number | undefined
  /** Values with different units are not compared: such as currencies. */
  unit?(result: TraceResult): string | undefined
  text(result: TraceResult): string
}

const NOTHING = '–'

function duration(key: string, title: string, pick: (result: TraceResult) => number | undefined): Figure {
  return {
    key,
    title,
    better: 'less',
    value: pick,
    text: (result) => {
      const ms = pick(result)
      return ms === undefined ? NOTHING : formatDuration(ms)
    },
  }
}

function whole(
  key: string,
  title: string,
  pick: (result: TraceResult) => number | undefined,
  better?: 'less',
): Figure {
  return {
    key,
    title,
    ...(better && { better }),
    value: pick,
    text: (result) => pick(result)?.toLocaleString('en') ?? NOTHING,
  }
}

function ofStarted(pick: (result: TraceResult) => number): (result: TraceResult) => number | undefined {
  return (result) => (result.jobs.started === 0 ? undefined : pick(result))
}

/** What settings are compared by, in the order of a table. */
export const figures: readonly Figure[] = [
  duration(
    'waitingP50Ms',
    'waiting, half of the jobs',
    ofStarted(({ waiting }) => waiting.p50Ms),
  ),
  duration(
    'waitingP95Ms',
    'waiting, 95 %',
    ofStarted(({ waiting }) => waiting.p95Ms),
  ),
  duration(
    'waitingMaxMs',
    'waiting, the longest',
    ofStarted(({ waiting }) => waiting.maxMs),
  ),
  whole('neverRan', 'jobs that never ran', ({ jobs }) => jobs.unmatched + jobs.neverStarted, 'less'),
  {
    key: 'cost',
    title: 'cost',
    better: 'less',
    value: ({ cost }) => (cost?.length === 1 ? cost[0]!.amount : undefined),
    unit: ({ cost }) => cost?.[0]?.currency,
    text: ({ cost }) => (cost ? cost.map(costText).join(' + ') || NOTHING : 'unknown'),
  },
  {
    key: 'machineHours',
    title: 'machine hours',
    better: 'less',
    value: ({ machineHours }) => machineHours,
    text: ({ machineHours }) => machineHours.toFixed(1),
  },
  {
    key: 'utilisation',
    title: 'utilisation',
    better: 'more',
    value: ({ utilisation }) => utilisation,
    text: ({ utilisation }) => `${(100 * utilisation).toFixed(1)} %`,
  },
  whole('mostMachines', 'machines at most', ({ mostMachines }) => mostMachines, 'less'),
  whole('launches', 'machines made', ({ launches }) => launches, 'less'),
  whole('busiestHourJobs', 'busiest hour: jobs', ({ busiestHour }) => busiestHour?.jobs),
  duration(
    'busiestHourWaitingP95Ms',
    'busiest hour: waiting, 95 %',
    ({ busiestHour }) => busiestHour?.waiting.p95Ms,
  ),
  whole(
    'busiestHourMachines',
    'busiest hour: machines',
    ({ busiestHour }) => busiestHour?.mostMachines,
    'less',
  ),
]

/** Which of the results are the best by a figure: none where all are alike, or cannot be compared. */
export function bestOf(figure: Figure, results: readonly TraceResult[]): ReadonlySet<number> {
  const { better, unit } = figure
  const values = results.map((result) => figure.value(result))
  const known = values.filter((value) => value !== undefined)
  const units = new Set(results.map((result) => unit?.(result)))
  const texts = new Set(results.map((result) => figure.text(result)))
  if (better === undefined || known.length < 2 || units.size > 1 || texts.size < 2) return new Set()
  const best = better === 'less' ? Math.min(...known) : Math.max(...known)
  const text = figure.text(results[values.indexOf(best)]!)
  return new Set(results.flatMap((result, index) => (figure.text(result) === text ? [index] : [])))
}

function costText({ amount, currency }: Money): string {
  return `${amount.toFixed(amount < 1 ? 4 : 2)} ${currency}`
}
