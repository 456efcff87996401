const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long, as precisely as people want it: `8 s`, `3 min`, `1 h 05`, `2 d 3 h`. Less than nothing is nothing. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms)
  if (whole < MINUTE_MS) return `${Math.floor(whole / SECOND_MS)} s`
  if (whole < HOUR_MS) return `${Math.floor(whole / MINUTE_MS)} min`
  if (whole < DAY_MS) {
    const minutes = String(Math.floor((whole % HOUR_MS) / MINUTE_MS)).padStart(2, '0')
    return `${Math.floor(whole / HOUR_MS)} h ${minutes}`
  }
  return `${Math.floor(whole / DAY_MS)} d ${Math.floor((whole % DAY_MS) / HOUR_MS)} h`
}

/** The same with seconds below an hour, for a machine's phases: `3 min 20 s`. */
export function preciseDuration(ms: number): string {
  const seconds = Math.floor((Math.max(0, ms) % MINUTE_MS) / SECOND_MS)
  const isMinutes = ms >= MINUTE_MS && ms < HOUR_MS
  return isMinutes && seconds > 0 ? `${duration(ms)} ${seconds} s` : duration(ms)
}
