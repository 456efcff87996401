/** The browser's clock, timers and chance, in one place: everything else is handed them. */
export interface System {
  readonly now: () => number
  /** Resolves after so long, or as soon as the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Calls again and again; answers what ends that. */
  readonly every: (ms: number, call: () => void) => () => void
  /** Aborts after so long. */
  readonly limit: (ms: number) => AbortSignal
  /** From 0 up to 1. */
  readonly chance: () => number
}

export const browserSystem: System = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
  every: (ms, call) => {
    const timer = setInterval(call, ms)
    return () => clearInterval(timer)
  },
  limit: (ms) => AbortSignal.timeout(ms),
  chance: () => Math.random(),
}
