import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

// The one file that touches the real time and the real chance; lint bans both everywhere else.

/** The computer's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  startTimer(delayMs, ring) {
    // A longer delay would overflow to one millisecond.
    const timer = setTimeout(ring, Math.min(Math.max(delayMs, 0), 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = () => Math.random()
