import type { Trace } from '../format/trace.ts'

const DAY_MS = 24 * 3_600_000
const TRIED = 48

/**
 * About so much of the trace, in one piece and at its own time of day: whole days from its beginning on, or the piece
 * of a day with as much work as the average. What comes of it says which settings are better than others, and not what
 * they cost.
 */
export function shortened(trace: Trace, share: number): Trace {
  if (share >= 1) return trace
  const { arrivals, startAt, spanMs } = trace
  const pieceMs = Math.ceil(spanMs * share)
  const fromMs = pieceMs >= DAY_MS ? 0 : usualPiece(trace, pieceMs)
  const toMs = fromMs + (pieceMs >= DAY_MS ? Math.floor(pieceMs / DAY_MS) * DAY_MS : pieceMs)
  return {
    ...trace,
    startAt: startAt + fromMs,
    spanMs: toMs - fromMs,
    arrivals: arrivals.flatMap((arrival) =>
      arrival.atMs >= fromMs && arrival.atMs < toMs ? [{ ...arrival, atMs: arrival.atMs - fromMs }] : [],
    ),
  }
}

/** Where it begins. */
function usualPiece({ arrivals, spanMs }: Trace, pieceMs: number): number {
  const all = arrivals.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const usual = (all * pieceMs) / spanMs
  let best = { fromMs: 0, off: Number.POSITIVE_INFINITY }
  for (let at = 0; at < TRIED; at++) {
    const fromMs = Math.floor((at * (spanMs - pieceMs)) / (TRIED - 1))
    let work = 0
    for (const { atMs, durationMs } of arrivals)
      if (atMs >= fromMs && atMs < fromMs + pieceMs) work += durationMs
    const off = Math.abs(work - usual)
    if (off < best.off) best = { fromMs, off }
  }
  return best.fromMs
}
