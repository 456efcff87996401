import { RateLimited, Transient } from '@woodpeckers/autoscaler-core'
import type { Fetch, RateLimiter } from '@woodpeckers/autoscaler-http'

/** How long nothing is asked after a connection timed out. */
const BAN_PAUSE_MS = 30_000

/** Of the two, the first is undici's, the second the kernel's. */
const TIMED_OUT: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])

/**
 * Takes connections that time out for what they are here: Timeweb's edge does not refuse an address that
 * asks too often, it drops its packets. Asking on would only prolong that, so everybody waits.
 */
export function mindTheEdge(fetch: Fetch, limiter: RateLimiter): Fetch {
  const pause = () => limiter.pauseFor(BAN_PAUSE_MS)
  return async (url, init) => {
    try {
      return await fetch(url, init)
    } catch (thrown) {
      // A kept connection cannot time out: nothing comes on it, until the deadline.
      if (init.signal.aborted && init.signal.reason instanceof Transient) pause()
      if (!isTimedOut(thrown)) throw thrown
      pause()
      const where = `${init.method} ${new URL(url).pathname}`
      throw new RateLimited(
        `${where}: the connection timed out, which is how Timeweb throttles; waiting ${BAN_PAUSE_MS / 1000} s`,
        { retryAfterMs: BAN_PAUSE_MS, cause: thrown },
      )
    }
  }
}

/** `fetch` wraps what happened, more than once where several addresses were tried. */
function isTimedOut(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  if ('code' in thrown && TIMED_OUT.has(thrown.code)) return true
  if (thrown instanceof AggregateError) return thrown.errors.some(isTimedOut)
  return isTimedOut(thrown.cause)
}
