import { type Advice, figures, type Trace, type TraceResult } from '@woodpeckers/autoscaler-traces'
import { changeText } from './change-text.ts'

/** The frontier as `--json` prints it, numbered as `--pick` counts. */
export function adviceJson(
  trace: Trace,
  { now, points, tried }: Advice,
  assumed: readonly string[],
): unknown {
  return {
    version: 1,
    trace: {
      jobs: trace.arrivals.length,
      startAt: new Date(trace.startAt).toISOString(),
      spanMs: trace.spanMs,
    },
    tried,
    assumed,
    now: figuresOf(now),
    points: points.map(({ change, result }, index) => ({
      pick: index + 1,
      text: changeText(change),
      change,
      ...figuresOf(result),
    })),
  }
}

function figuresOf(result: TraceResult): Readonly<Record<string, unknown>> {
  const { waiting, cost } = result
  return {
    waiting,
    cost: cost ?? null,
    figures: Object.fromEntries(figures.map((figure) => [figure.key, figure.value(result) ?? null])),
  }
}
