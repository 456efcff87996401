import {
  generateTrace,
  type Trace,
  type TraceKind,
  traceKinds,
  traceText,
} from '@woodpeckers/autoscaler-traces'
import { wholeNumber } from './whole-number.ts'

export interface GenerateSwitches {
  readonly jobs?: string
  readonly days?: string
  readonly seed?: string
}

export type Generated =
  | { readonly ok: true; readonly trace: Trace; readonly text: string }
  | { readonly ok: false; readonly problems: readonly string[] }

const MOST_JOBS = 1_000_000
const MOST_DAYS = 31

/** The trace that `--generate` asks for. */
export function generated(
  kind: unknown,
  { jobs = '1000', days = '1', seed = '1' }: GenerateSwitches,
): Generated {
  const read = [
    wholeNumber('--jobs', jobs, 1, MOST_JOBS),
    wholeNumber('--days', days, 1, MOST_DAYS),
    wholeNumber('--seed', seed, 0),
  ] as const
  const problems = read.flatMap((each) => (each.ok ? [] : [each.problem]))
  if (!isKind(kind))
    problems.unshift(`--generate is ${JSON.stringify(kind)}: must be ${traceKinds.join(', ')}`)
  const [ofJobs, ofDays, ofSeed] = read
  if (!ofJobs.ok || !ofDays.ok || !ofSeed.ok || !isKind(kind)) return { ok: false, problems }
  const trace = generateTrace({ kind, jobs: ofJobs.number, days: ofDays.number, seed: ofSeed.number })
  return { ok: true, trace, text: traceText(trace) }
}

function isKind(kind: unknown): kind is TraceKind {
  return (traceKinds as readonly unknown[]).includes(kind)
}
