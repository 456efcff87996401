import { reportHtml } from '@woodpeckers/autoscaler-page'
import { bestOf, figures, historyOf, type Trace } from '@woodpeckers/autoscaler-traces'
import { type Compared, traceLine } from './comparison-text.ts'

const ASSUMED = 'taken for granted'

/** The comparison as one HTML file, with the page's timeline of each setting. */
export function comparisonHtml(title: string, trace: Trace, compared: readonly Compared[]): Promise<string> {
  const results = compared.map(({ result }) => result)
  const best = new Map(figures.map((figure) => [figure.title, bestOf(figure, results)]))
  return reportHtml({
    title: `${title}: ${traceLine(trace)}`,
    summaryRows: [...figures.map((figure) => figure.title), ASSUMED],
    runs: compared.map(({ name, result, assumed }, index) => ({
      name,
      history: historyOf(result, trace.startAt),
      summary: {
        ...Object.fromEntries(
          figures.map((figure) => {
            const mark = best.get(figure.title)?.has(index) ? ' ★' : ''
            return [figure.title, `${figure.text(result)}${mark}`]
          }),
        ),
        [ASSUMED]: assumed.join('; '),
      },
    })),
  })
}
