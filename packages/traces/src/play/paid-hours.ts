import type { MachineLine, TraceResult } from './trace-result.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How well the hours were used that are paid as soon as they begin. */
export interface PaidHours {
  /** Begun by all machines together. */
  readonly begun: number
  /** Hours that a machine lived into although it had had no work for a minute: time enough to end it safely. */
  readonly begunIdle: number
  /** Of all machines that were ended: how far into their last hour the earliest one was. */
  readonly earliestEndMs: number
}

/** Counted from each machine's own creation. */
export function paidHours({ machines }: Pick<TraceResult, 'machines'>): PaidHours {
  const ended = machines.flatMap((machine) =>
    machine.endedMs === undefined ? [] : [(machine.endedMs - machine.createdMs) % HOUR_MS],
  )
  return {
    begun: machines.reduce((sum, machine) => sum + hoursOf(machine), 0),
    begunIdle: machines.reduce((sum, machine) => sum + idleBoundaries(machine), 0),
    earliestEndMs: ended.reduce((least, ms) => Math.min(least, ms), HOUR_MS),
  }
}

function hoursOf({ paid }: MachineLine): number {
  return paid.reduce((sum, [from, to]) => sum + Math.ceil((to - from) / HOUR_MS), 0)
}

function idleBoundaries({ createdMs, endedMs, busy }: MachineLine): number {
  let idle = 0
  for (let at = createdMs + HOUR_MS; at < (endedMs ?? 0); at += HOUR_MS)
    if (!busy.some(([from, to]) => from <= at && at - MINUTE_MS <= to)) idle++
  return idle
}
