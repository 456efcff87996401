import type { Trace } from './trace.ts'
import type { TraceHead } from './trace-schema.ts'

/** The trace as JSON lines: a head, then one line for each arrival; what `readTrace` reads. */
export function traceText(
  { version, startAt, spanMs, arrivals }: Trace,
  about: Pick<TraceHead, 'source' | 'names'> = { source: 'generated' },
): string {
  const head: TraceHead = { version, startAt: new Date(startAt).toISOString(), spanMs, ...about }
  return [head, ...arrivals].map((line) => `${JSON.stringify(line)}\n`).join('')
}
