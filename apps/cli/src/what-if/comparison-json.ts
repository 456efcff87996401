import { bestOf, figures, type Trace, type TraceResult } from '@woodpeckers/autoscaler-traces'
import type { Compared } from './comparison-text.ts'

/** The comparison as `--json` prints it: figures by their keys, and all that is known of each setting but single machines. */
export function comparisonJson(trace: Trace, compared: readonly Compared[]): unknown {
  const results = compared.map(({ result }) => result)
  return {
    version: 1,
    trace: {
      jobs: trace.arrivals.length,
      startAt: new Date(trace.startAt).toISOString(),
      spanMs: trace.spanMs,
    },
    settings: compared.map(({ name, result, assumed }, index) => ({
      name,
      assumed,
      figures: Object.fromEntries(
        figures.map((figure) => [
          figure.key,
          {
            value: figure.value(result) ?? null,
            ...(figure.unit?.(result) !== undefined && { unit: figure.unit(result) }),
            best: bestOf(figure, results).has(index),
          },
        ]),
      ),
      ...withoutDrawing(result),
    })),
  }
}

/** Samples and machines are for drawing: thousands of them. */
function withoutDrawing({ samples: _, machines: __, ...told }: TraceResult): Partial<TraceResult> {
  return told
}
