import type { Labels } from '@woodpeckers/autoscaler-core'

/** The version of the format that is written; others are refused by name. */
export const TRACE_VERSION = 1

/**
 * The jobs that came to a CI server over some time: when, with which labels, and how long each took once it ran.
 * Plain data without secrets, to be kept in a file and played again under other settings.
 */
export interface Trace {
  readonly version: typeof TRACE_VERSION
  /** Epoch milliseconds of its beginning: what `atMs` counts from. */
  readonly startAt: number
  /** How long was recorded, from `startAt` on; at least up to the last arrival. */
  readonly spanMs: number
  /** In the order of `atMs`. */
  readonly arrivals: readonly TraceArrival[]
}

/** One job. */
export interface TraceArrival {
  /** When it came, since the trace's `startAt`: from then on an agent could have taken it, but for those it waits for. */
  readonly atMs: number
  /** As the server matches them with agents. */
  readonly labels: Labels
  /** From its start on an agent to its end; what it waited is no part of it. */
  readonly durationMs: number
  /** One of its own, where others wait for it. */
  readonly id?: string | undefined
  /** Ids of those that must have ended before it may start; those that are not in the trace have. */
  readonly after?: readonly string[] | undefined
}
