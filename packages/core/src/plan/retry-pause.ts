const FIRST_PAUSE_MS = 5 * 60_000
const LONGEST_PAUSE_MS = 60 * 60_000

/** What was tried and came to nothing, oldest first. */
export interface FailedTry {
  readonly launchedAt: number
  /** When it was known. */
  readonly at: number
}

/**
 * When one more machine is tried after as many failures as are tried without a pause: after 5, 10, 20, 40 and then
 * every 60 minutes. Tries that began before a failure was known are one round with it.
 */
export function nextTryAt(failed: readonly FailedTry[], withoutPause: number, takenAt: number): number {
  const last = failed.at(-1)
  if (!last) return takenAt
  let pauseMs = FIRST_PAUSE_MS
  let knownAt = failed[Math.min(withoutPause, failed.length) - 1]!.at
  for (const { launchedAt, at } of failed.slice(withoutPause)) {
    if (launchedAt < knownAt) continue
    knownAt = at
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  }
  // A time that has not come yet was written down before the clock was set back.
  return last.at > takenAt ? takenAt : last.at + pauseMs
}
