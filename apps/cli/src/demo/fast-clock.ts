import type { Clock } from '@woodpeckers/autoscaler-core'

/** A clock on which time passes `speed` times as fast as on the other. */
export function fastClock(clock: Clock, speed: number): Clock {
  const startedAt = clock.now()
  return {
    now: () => startedAt + (clock.now() - startedAt) * speed,
    monotonic: () => clock.monotonic() * speed,
    startTimer: (delayMs, ring) => clock.startTimer(delayMs / speed, ring),
  }
}
