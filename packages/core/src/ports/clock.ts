/** The only source of time: timers, deadlines and sleeps are built on these three alone. */
export interface Clock {
  /** The wall clock, in epoch milliseconds. Somebody may set it, back too: never measure a duration by it. */
  now(): number
  /** Milliseconds since an arbitrary moment, by a clock that nobody can set. Timers run by it. */
  monotonic(): number
  /** Calls `ring` once, after `delayMs` or later; the answer calls it off. */
  startTimer(delayMs: number, ring: () => void): () => void
}

/** Waits; rejects with the signal's reason when that comes first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.startTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * Runs `work` with a signal that is aborted after `deadlineMs`, or with `signal`. It rejects then, even
 * if `work` ignores its signal and hangs.
 */
export async function withDeadline<T>(
  clock: Clock,
  deadlineMs: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  let giveUp: (reason: unknown) => void = () => {}
  const gaveUp = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  const stop = (reason: unknown) => {
    controller.abort(reason)
    giveUp(reason)
  }
  const onAbort = () => stop(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const cancel = clock.startTimer(deadlineMs, () => stop(late()))
  try {
    return await Promise.race([work(controller.signal), gaveUp])
  } finally {
    cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}
