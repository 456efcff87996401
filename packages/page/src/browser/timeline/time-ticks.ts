import { clockMinutes, day } from '../format/moment.ts'
import type { TimeWindow } from './time-window.ts'

const MINUTE_MS = 60_000
const STEPS_MS: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map(
  (minutes) => minutes * MINUTE_MS,
)
const LEAST_PIXELS_APART = 90

/** Round times of a window, far enough apart for their labels, by the clocks of who looks. */
export function timeTicks({ fromAt, toAt }: TimeWindow, width: number): readonly number[] {
  const leastMs = ((toAt - fromAt) / Math.max(width, 1)) * LEAST_PIXELS_APART
  const stepMs = STEPS_MS.find((step) => step >= leastMs) ?? STEPS_MS.at(-1)!
  const offsetMs = new Date(toAt).getTimezoneOffset() * MINUTE_MS
  const ticks: number[] = []
  const first = Math.ceil((fromAt - offsetMs) / stepMs) * stepMs + offsetMs
  for (let at = first; at <= toAt; at += stepMs) ticks.push(at)
  return ticks
}

/** What a tick is called: midnight by the day that begins. */
export function tickWords(at: number): string {
  const time = clockMinutes(at)
  return time === '00:00' ? day(at) : time
}
