import type { Trace } from '../format/trace.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** When most of the work comes, and how much of it there is at a time. */
export interface BusyHours {
  /** Of the day, by UTC: 8 and 18 are from eight to six. */
  readonly fromHour: number
  readonly toHour: number
  /** Whether weekends have much less. */
  readonly weekdaysOnly: boolean
  /** Jobs that run at a time, on the average of these hours. */
  readonly jobsAtATime: number
}

/** An hour of the day counts as busy when it has at least so much of an even share. */
const BUSY_SHARE = 0.6
/** A weekend is quiet when its days have less than so much of the others'. */
const QUIET_SHARE = 0.4

/** `undefined`: work comes at all hours alike. */
export function busyHours({ arrivals, startAt, spanMs }: Trace): BusyHours | undefined {
  const work = Array.from({ length: 24 }, () => 0)
  const byDay = { week: 0, weekend: 0 }
  for (const { atMs, durationMs } of arrivals) {
    const at = new Date(startAt + atMs)
    work[at.getUTCHours()]! += durationMs
    byDay[isWeekend(at) ? 'weekend' : 'week'] += durationMs
  }
  const even = work.reduce((sum, each) => sum + each, 0) / 24
  const busy = work.flatMap((each, hour) => (each >= BUSY_SHARE * even ? [hour] : []))
  const [fromHour] = busy
  const toHour = (busy.at(-1) ?? 0) + 1
  if (fromHour === undefined || toHour - fromHour > 18) return undefined
  const days = countDays(startAt, spanMs)
  const perDay = (kind: 'week' | 'weekend') => (days[kind] === 0 ? 0 : byDay[kind] / days[kind])
  const weekdaysOnly = days.weekend > 0 && perDay('weekend') < QUIET_SHARE * perDay('week')
  const busyMs = work.slice(fromHour, toHour).reduce((sum, each) => sum + each, 0)
  const counted = weekdaysOnly ? Math.max(days.week, 1) : Math.max(days.week + days.weekend, 1)
  return { fromHour, toHour, weekdaysOnly, jobsAtATime: busyMs / ((toHour - fromHour) * HOUR_MS) / counted }
}

function countDays(startAt: number, spanMs: number): { readonly week: number; readonly weekend: number } {
  let [week, weekend] = [0, 0]
  for (let at = startAt; at < startAt + Math.max(spanMs, 1); at += DAY_MS) {
    if (isWeekend(new Date(at))) weekend++
    else week++
  }
  return { week, weekend }
}

function isWeekend(at: Date): boolean {
  return at.getUTCDay() % 6 === 0
}
