import { formatDuration } from '@woodpeckers/autoscaler-core'
import { type Advice, figures, type Trace, type TraceResult } from '@woodpeckers/autoscaler-traces'
import type { Style } from '../terminal/style.ts'
import { renderTable } from '../terminal/table.ts'
import { changeText } from './change-text.ts'
import { traceLine } from './comparison-text.ts'

const COST = figures.find(({ key }) => key === 'cost')!
const LOST = figures.find(({ key }) => key === 'neverRan')!

/** The frontier as a table, numbered from 1 on, the cheapest first; the settings as they are above it. */
export function adviceText(trace: Trace, advice: Advice, assumed: readonly string[], style: Style): string {
  const results = [advice.now, ...advice.points.map(({ result }) => result)]
  // Hardly ever, so that it gets no room before.
  const losesJobs = results.some((result) => LOST.value(result) !== 0)
  const rowOf = (number: string, result: TraceResult, settings: string): readonly string[] => {
    const { waiting, machineHours, jobs } = result
    const waits = [waiting.meanMs, waiting.p95Ms, waiting.maxMs]
    return [
      number,
      COST.text(result),
      machineHours.toFixed(1),
      ...waits.map((ms) => (jobs.started === 0 ? '–' : formatDuration(ms))),
      ...(losesJobs ? [LOST.text(result)] : []),
      settings,
    ]
  }
  const titles = ['cost', 'machine hours', 'waiting, mean', '95 %', 'longest']
  const rows = [
    ['', ...titles, ...(losesJobs ? [LOST.title] : []), 'settings'].map(style.title),
    rowOf('now', advice.now, style.quiet('as it is')),
    ...advice.points.map(({ change, result }, index) => rowOf(String(index + 1), result, changeText(change))),
  ]
  return [
    traceLine(trace),
    `${advice.tried} settings were tried; of these each is the cheapest for its waiting:`,
    '',
    ...renderTable(rows),
    '',
    'Write one of them with --pick <number> --out <file>.',
    '',
    style.title('Taken for granted'),
    ...assumed.map((what) => style.quiet(`  ${what}`)),
    '',
  ].join('\n')
}
