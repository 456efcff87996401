import { counted, formatDuration } from '@woodpeckers/autoscaler-core'
import { bestOf, figures, type Trace, type TraceResult } from '@woodpeckers/autoscaler-traces'
import type { Style } from '../terminal/style.ts'
import { renderTable } from '../terminal/table.ts'

export interface Compared {
  readonly name: string
  readonly result: TraceResult
  readonly assumed: readonly string[]
}

/** A row for each figure, a column for each setting; the best of a row is marked. */
export function comparisonText(trace: Trace, compared: readonly Compared[], style: Style): string {
  const results = compared.map(({ result }) => result)
  let isMarked = false
  const rows = figures.map((figure) => {
    const best = bestOf(figure, results)
    isMarked ||= best.size > 0
    return [
      figure.title,
      ...results.map((result, index) => {
        const text = figure.text(result)
        return best.has(index) ? style.good(`${text} *`) : text
      }),
    ]
  })
  const assumed = compared.flatMap(({ name, assumed }) => assumed.map((what) => `  ${name}: ${what}`))
  return [
    traceLine(trace),
    '',
    ...renderTable([['', ...compared.map(({ name }) => style.title(name))], ...rows]),
    ...(isMarked ? ['', style.quiet('* the best of its row')] : []),
    '',
    style.title('Taken for granted'),
    ...assumed.map((line) => style.quiet(line)),
    '',
  ].join('\n')
}

export function traceLine({ arrivals, spanMs, startAt }: Trace): string {
  const since = `${new Date(startAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return `${counted(arrivals.length, 'job')} in ${formatDuration(spanMs)}, from ${since} on`
}
