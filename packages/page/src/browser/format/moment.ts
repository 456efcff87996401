const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const clockShort = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const dayAlone = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** By the clocks of who looks: `14:03:22`. */
export function clockTime(at: number): string {
  return clock.format(at)
}

/** `14:03`. */
export function clockMinutes(at: number): string {
  return clockShort.format(at)
}

/** `Nov 21, 14:03`. */
export function dayTime(at: number): string {
  return dayAndClock.format(at)
}

/** `Nov 21`. */
export function day(at: number): string {
  return dayAlone.format(at)
}
