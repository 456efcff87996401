/** The part of time that is shown. */
export interface TimeWindow {
  readonly fromAt: number
  readonly toAt: number
}

/** What is looked at: the last so long, up to now as time goes on, or up to a moment that stands still. */
export interface Outlook {
  readonly spanMs: number
  /** Without it: now. */
  readonly endAt?: number
}

/** How far there is anything to see. */
export interface Extent {
  readonly fromAt: number
  readonly toAt: number
}

const MINUTE_MS = 60_000
const SHORTEST_MS = 10 * MINUTE_MS
const LONGEST_MS = 24 * 60 * MINUTE_MS

/** While there is less to see than is looked at, no more than that. */
export function windowOf({ spanMs, endAt }: Outlook, { fromAt, toAt }: Extent): TimeWindow {
  const end = endAt ?? toAt
  return { fromAt: end - Math.min(spanMs, Math.max(toAt - fromAt, SHORTEST_MS)), toAt: end }
}

/** Moves by so long, not past the ends; moved to the newest, it goes on with time. */
export function pan(outlook: Outlook, byMs: number, extent: Extent): Outlook {
  const endAt = (outlook.endAt ?? extent.toAt) + byMs
  if (endAt >= extent.toAt) return { spanMs: outlook.spanMs }
  const earliest = Math.min(extent.toAt, extent.fromAt + outlook.spanMs)
  return { spanMs: outlook.spanMs, endAt: Math.max(endAt, earliest) }
}

/** Shows `factor` times as much, with the moment `aroundAt` where it was; up to now it stays up to now. */
export function zoom(outlook: Outlook, factor: number, aroundAt: number, extent: Extent): Outlook {
  const longestMs = Math.max(LONGEST_MS, extent.toAt - extent.fromAt)
  const spanMs = Math.min(Math.max(outlook.spanMs * factor, SHORTEST_MS), longestMs)
  if (outlook.endAt === undefined) return { spanMs }
  const share = (outlook.endAt - aroundAt) / outlook.spanMs
  return pan({ spanMs, endAt: aroundAt + share * spanMs }, 0, extent)
}
