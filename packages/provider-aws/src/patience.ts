import {
  asOutsideError,
  type Clock,
  type OutsideError,
  type Random,
  sleep,
  Transient,
} from '@woodpeckers/autoscaler-core'

const TRIES = 3
const FIRST_PAUSE_MS = 250

/** With what a call is repeated. */
export interface Patience {
  readonly clock: Clock
  readonly random: Random
}

/**
 * Repeats a call that is harmless when repeated, a few times, while its failure is one that may pass. If any of the
 * tries may have acted, the failure says so.
 */
export async function patiently<T>(
  { clock, random }: Patience,
  passes: (error: OutsideError) => boolean,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  let mayHaveActed = false
  for (let tried = 1; ; tried++) {
    try {
      return await call()
    } catch (thrown) {
      signal.throwIfAborted()
      const error = asOutsideError(thrown)
      if (tried >= TRIES || !passes(error)) throw sayingSo(error, mayHaveActed)
      mayHaveActed ||= error.mayHaveActed
      await sleep(clock, FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + random()), signal)
    }
  }
}

/** Refusals of the wish itself: the same request has done nothing earlier either. One at the door says nothing of that. */
const JUDGES_THE_WISH: ReadonlySet<OutsideError['kind']> = new Set([
  'offering-unavailable',
  'quota-exceeded',
  'rejected',
])

function sayingSo(error: OutsideError, mayHaveActed: boolean): OutsideError {
  if (!mayHaveActed || error.mayHaveActed || JUDGES_THE_WISH.has(error.kind)) return error
  return new Transient(`${error.message}, after a try whose answer was lost`, {
    cause: error,
    mayHaveActed: true,
  })
}
