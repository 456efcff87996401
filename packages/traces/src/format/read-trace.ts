import type { z } from 'zod'
import { TRACE_VERSION, type Trace, type TraceArrival } from './trace.ts'
import {
  arrivalSchema,
  documentSchema,
  headSchema,
  looseArrivalSchema,
  type TraceHead,
  untilSchema,
} from './trace-schema.ts'

/** What is wrong with one place of a trace. */
export interface TraceProblem {
  /** `line 12`, or `arrivals[12]` where the whole is one JSON document. */
  readonly where: string
  readonly what: string
}

export interface ReadTraceOptions {
  /**
   * Leaves out lines that cannot be read, reads those with unknown fields without them, and puts those that are
   * out of order in their place. What is wrong with the first line is an error all the same.
   */
  readonly lenient?: boolean
}

export interface TraceReading {
  readonly trace: Trace
  /** What was passed over; without `lenient` nothing is. */
  readonly problems: readonly TraceProblem[]
}

/** A trace that cannot be read, with each place that is wrong. */
export class TraceError extends Error {
  readonly problems: readonly TraceProblem[]

  constructor(problems: readonly TraceProblem[]) {
    const named = problems.slice(0, NAMED_AT_MOST).map(({ where, what }) => `${where}: ${what}`)
    const more = problems.length - named.length
    super(['The trace cannot be read', ...named, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '))
    this.problems = problems
  }
}

const NAMED_AT_MOST = 20

/** One place of the text with what stands there, not looked at yet. */
interface Entry {
  readonly where: string
  parse(): unknown
}

/**
 * Reads a trace: JSON lines with a head before the arrivals, or one JSON document.
 *
 * @throws TraceError with every line that is wrong
 */
export function readTrace(text: string, { lenient = false }: ReadTraceOptions = {}): TraceReading {
  const { head, entries } = open(text)
  const problems: TraceProblem[] = []
  const arrivals: TraceArrival[] = []
  const ids = new Set<string>()
  let lastAtMs = 0
  let untilMs = 0
  let isSorted = true
  for (const { where, parse } of entries) {
    const raw = parse()
    if (typeof raw === 'object' && raw !== null && 'untilMs' in raw) {
      const until = untilSchema.safeParse(raw)
      if (until.success) untilMs = Math.max(untilMs, until.data.untilMs)
      else problems.push({ where, what: sentenceOf(until.error) })
      continue
    }
    const { arrival, what } = readArrival(raw)
    if (what !== undefined) problems.push({ where, what })
    if (!arrival) continue
    if (arrival.atMs < lastAtMs) {
      isSorted = false
      if (head.order !== 'end') problems.push({ where, what: 'it came before the one above it' })
    }
    if (arrival.id !== undefined && ids.has(arrival.id)) {
      problems.push({ where, what: `another one has its id ${JSON.stringify(arrival.id)}` })
      continue
    }
    if (arrival.id !== undefined) ids.add(arrival.id)
    lastAtMs = Math.max(lastAtMs, arrival.atMs)
    arrivals.push(arrival)
  }
  if (problems.length > 0 && !lenient) throw new TraceError(problems)
  if (!isSorted) arrivals.sort((one, other) => one.atMs - other.atMs)
  const startAt = Date.parse(head.startAt)
  const spanMs = Math.max(head.spanMs ?? 0, untilMs, lastAtMs)
  return { trace: { version: TRACE_VERSION, startAt, spanMs, arrivals }, problems }
}

function open(text: string): { head: TraceHead; entries: readonly Entry[] } {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const first = lines.findIndex((line) => line.trim() !== '')
  if (first < 0) throw new TraceError([{ where: 'line 1', what: 'the file is empty' }])
  const where = `line ${first + 1}`
  const head = parsed(lines[first]!) ?? parsed(text)
  if (head === undefined) throw new TraceError([{ where, what: 'it is no JSON' }])
  const hasAll = typeof head === 'object' && head !== null && 'arrivals' in head
  if (hasAll) {
    const { arrivals, ...rest } = checked(documentSchema, head, where)
    return {
      head: rest,
      entries: arrivals.map((raw, at) => ({ where: `arrivals[${at}]`, parse: () => raw })),
    }
  }
  const entries = lines.flatMap((line, at): readonly Entry[] =>
    at <= first || line.trim() === '' ? [] : [{ where: `line ${at + 1}`, parse: () => parsed(line) }],
  )
  return { head: checked(headSchema, head, where), entries }
}

function checked<T>(schema: z.ZodType<T>, raw: unknown, where: string): T {
  const read = schema.safeParse(raw)
  if (read.success) return read.data
  throw new TraceError([{ where, what: sentenceOf(read.error) }])
}

/** What can be read of an entry, and what is wrong with it; unknown fields alone are no reason to lose it. */
function readArrival(raw: unknown): { readonly arrival?: TraceArrival; readonly what?: string } {
  if (raw === undefined) return { what: 'it is no JSON' }
  const strict = arrivalSchema.safeParse(raw)
  if (strict.success) return { arrival: strict.data }
  const what = sentenceOf(strict.error)
  const loose = looseArrivalSchema.safeParse(raw)
  return loose.success ? { arrival: loose.data, what } : { what }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sentenceOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ')
}
