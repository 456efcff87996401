import { z } from 'zod'
import { TRACE_VERSION, type TraceArrival } from './trace.ts'

const YEAR_MS = 366 * 24 * 3_600_000
/** Longer than any label of use, and so short that a trace of a hundred thousand jobs stays readable. */
const LONGEST_TEXT = 4_096
const MOST_LABELS = 100

const text = z.string().max(LONGEST_TEXT)
const durationMs = z.number().int().min(0).max(YEAR_MS)
const labels = z
  .record(text, text)
  .refine((all) => Object.keys(all).length <= MOST_LABELS, `more than ${MOST_LABELS} labels`)
const id = z.string().min(1).max(200)
const arrival = {
  atMs: durationMs,
  labels,
  durationMs,
  id: id.optional(),
  after: z.array(id).max(MOST_LABELS).optional(),
}

/** One line after the first, or one entry of `arrivals`. */
export const arrivalSchema: z.ZodType<TraceArrival> = z.strictObject(arrival)

/** The same, without the fields that nobody knows. */
export const looseArrivalSchema: z.ZodType<TraceArrival> = z.object(arrival)

/** The first line: what is to come, and since when. */
export interface TraceHead {
  readonly version: typeof TRACE_VERSION
  /** ISO 8601, for people who look. */
  readonly startAt: string
  /** Without it: up to the last arrival, or to what the last line of a recording says. */
  readonly spanMs?: number | undefined
  /** Jobs come in the order of their ends, as a recording of a live server has them. Without it: in that of `atMs`. */
  readonly order?: 'arrival' | 'end' | undefined
  /** Where it comes from. */
  readonly source?: 'live' | 'history' | 'generated' | undefined
  /** Whether repositories are named, or by digests alone. */
  readonly names?: 'hashed' | 'plain' | undefined
}

const head = z.strictObject({
  version: z.literal(TRACE_VERSION, `this program reads traces of version ${TRACE_VERSION} only`),
  startAt: z.iso.datetime({ offset: true }).default('2026-01-05T00:00:00Z'),
  spanMs: durationMs.optional(),
  order: z.enum(['arrival', 'end']).optional(),
  source: z.enum(['live', 'history', 'generated']).optional(),
  names: z.enum(['hashed', 'plain']).optional(),
})

/** What a recording has written last: how far it went. */
export const untilSchema: z.ZodType<{ readonly untilMs: number }> = z.strictObject({ untilMs: durationMs })

export const headSchema: z.ZodType<TraceHead> = head

/** All in one JSON document, in place of lines. */
export const documentSchema: z.ZodType<TraceHead & { readonly arrivals: readonly unknown[] }> = head.extend({
  arrivals: z.array(z.unknown()),
})
