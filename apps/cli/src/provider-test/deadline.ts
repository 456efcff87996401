import {
  asOutsideError,
  type CallOptions,
  type Clock,
  formatDuration,
  type OutsideError,
  sleep,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { LIMITS } from './trial.ts'

/** How long something may take, and what cuts it off before. */
export interface Limit {
  readonly clock: Clock
  readonly deadlineMs: number
  readonly stop?: AbortSignal | undefined
}

/** One call with its deadline; a provider that throws at once instead of rejecting is treated the same. */
export function within<T>(
  { clock, deadlineMs, stop }: Limit,
  work: (call: CallOptions) => Promise<T>,
): Promise<T> {
  const late = () => new Transient(`no answer within ${formatDuration(deadlineMs)}`, { mayHaveActed: true })
  return withDeadline(clock, deadlineMs, stop, late, async (signal) => work({ signal }))
}

/**
 * Asks again and again until there is an answer. Failures are borne until the deadline, but for those that
 * no waiting mends; each call may take `callMs`.
 */
export async function until<T>(
  limit: Limit & { readonly callMs: number },
  ask: (call: CallOptions) => Promise<T | undefined>,
): Promise<T> {
  const { clock, deadlineMs, stop, callMs } = limit
  const endsAt = clock.monotonic() + deadlineMs
  for (;;) {
    let failure: OutsideError | undefined
    try {
      const answer = await within({ clock, deadlineMs: callMs, stop }, ask)
      if (answer !== undefined) return answer
    } catch (thrown) {
      stop?.throwIfAborted()
      failure = asOutsideError(thrown)
      if (['auth', 'rejected', 'unsupported'].includes(failure.kind)) throw failure
    }
    const waitMs = Math.max(LIMITS.pollMs, retryAfterMs(failure))
    if (clock.monotonic() + waitMs > endsAt) {
      const why = failure ? `: ${failure.message}` : ''
      throw new Transient(`not within ${formatDuration(deadlineMs)}${why}`, { cause: failure })
    }
    await sleep(clock, waitMs, stop)
  }
}

function retryAfterMs(failure: OutsideError | undefined): number {
  return failure && 'retryAfterMs' in failure ? Number(failure.retryAfterMs ?? 0) : 0
}

/** A signal that follows another one so much later. */
export function laterThan(signal: AbortSignal, delayMs: number, clock: Clock): AbortSignal {
  const later = new AbortController()
  const follow = () => clock.startTimer(delayMs, () => later.abort(signal.reason))
  if (signal.aborted) follow()
  else signal.addEventListener('abort', follow, { once: true })
  return later.signal
}
