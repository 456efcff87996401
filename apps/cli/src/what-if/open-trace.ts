import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { readTrace, type Trace, TraceError, type TraceProblem } from '@woodpeckers/autoscaler-traces'

export type OpenedTrace =
  | {
      readonly ok: true
      readonly trace: Trace
      readonly name: string
      readonly passedOver: readonly TraceProblem[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/** A line each for so many places that are wrong; the others are counted. */
const NAMED_AT_MOST = 20

/** Reads a trace's file; what is wrong with it has a line for each place. */
export function openTrace(
  path: string,
  { cwd, lenient }: { readonly cwd: string; readonly lenient: boolean },
): OpenedTrace {
  let text: string
  try {
    text = readFileSync(isAbsolute(path) ? path : join(cwd, path), 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    return { ok: false, problems: [`the trace ${JSON.stringify(path)} cannot be read: ${why}`] }
  }
  try {
    const { trace, problems } = readTrace(text, { lenient })
    if (trace.arrivals.length > 0) return { ok: true, trace, name: path, passedOver: problems }
    return { ok: false, problems: [`${path}: there is no job in it`] }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    return { ok: false, problems: problemLines(path, error.problems, !lenient) }
  }
}

/** `trace.jsonl: line 12: …`, and how many more there are. */
export function problemLines(
  path: string,
  problems: readonly TraceProblem[],
  mayBeLenient: boolean,
): readonly string[] {
  const lines = problems.slice(0, NAMED_AT_MOST).map(({ where, what }) => `${path}: ${where}: ${what}`)
  const more = problems.length - lines.length
  if (more > 0) lines.push(`${path}: and ${more} more`)
  // The head must be right whatever is passed over.
  const isHead = problems.length === 1 && problems[0]?.where === 'line 1'
  if (mayBeLenient && !isHead) lines.push(`${path}: --lenient passes over such lines`)
  return lines
}
