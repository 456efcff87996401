import { type Clock, type Log, OutsideError, type Random, sleep } from '@woodpeckers/autoscaler-core'

const RETRIES = 2
const FIRST_DELAY_MS = 100

interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Tries again, twice, what failed for a passing reason: for what may be repeated only. */
export async function withRetries<T>(
  { clock, random, log }: RetryOptions,
  where: string,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt(signal)
    } catch (thrown) {
      const passing = thrown instanceof OutsideError && thrown.kind === 'transient'
      if (!passing || retry === RETRIES || signal.aborted) throw thrown
      log.debug({ request: where, error: thrown.message }, 'asking once more')
      await sleep(clock, FIRST_DELAY_MS * 2 ** retry * (0.5 + random()), signal)
    }
  }
}
