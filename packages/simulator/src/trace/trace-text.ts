import type { Trace } from './trace.ts'

/** The trace as JSON lines: a head, then one line for each arrival; what `readTrace` reads. */
export function traceText({ version, startAt, spanMs, arrivals }: Trace): string {
  const head = { version, startAt: new Date(startAt).toISOString(), spanMs }
  return [head, ...arrivals].map((line) => `${JSON.stringify(line)}\n`).join('')
}
