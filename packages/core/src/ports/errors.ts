interface Cause {
  readonly cause?: unknown
}

/**
 * What went wrong outside, sorted by what the caller does next. Anything else that is thrown counts as
 * `Transient`.
 */
export abstract class OutsideError extends Error {
  abstract readonly kind:
    | 'auth'
    | 'rate-limited'
    | 'transient'
    | 'offering-unavailable'
    | 'quota-exceeded'
    | 'unexpected-answer'
    | 'queue-needs-agent'
    | 'rejected'
    | 'unsupported'
  /**
   * Whether the call may have had its effect although it failed (its answer was lost, or it was cut off).
   * `false` only where the other side said no.
   */
  readonly mayHaveActed: boolean

  constructor(message: string, options: Cause & { readonly mayHaveActed?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.mayHaveActed = options.mayHaveActed ?? false
  }
}

/** The credentials are wrong or lack a right. At the start: exit; later: hold, say so, try each minute. */
export class AuthError extends OutsideError {
  readonly kind = 'auth'
}

/** Too many calls: wait for `retryAfterMs` (where the other side said how long), then go on. */
export class RateLimited extends OutsideError {
  readonly kind = 'rate-limited'
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: Cause & { readonly retryAfterMs?: number } = {}) {
    super(message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** It may work the next time: back off, then try again. Also where the answer was lost. */
export class Transient extends OutsideError {
  readonly kind = 'transient'
}

/** This machine type isn't available there now: the next offering is tried, and this one skipped for some minutes. */
export class OfferingUnavailable extends OutsideError {
  readonly kind = 'offering-unavailable'
}

/**
 * A limit of the account, or of one family of machine types, is reached: the next offering is tried. When all are
 * refused, the pool doesn't grow for a while.
 */
export class QuotaExceeded extends OutsideError {
  readonly kind = 'quota-exceeded'
}

/** The other side refused the request itself. The next offering is tried; this one is skipped for up to an hour. */
export class Rejected extends OutsideError {
  readonly kind = 'rejected'
}

/** The answer cannot be what was asked for (HTML, cut-off JSON, a missing field): unknown, never empty. */
export class UnexpectedAnswer extends OutsideError {
  readonly kind = 'unexpected-answer'
}

/** The queue cannot be read until an agent asks the server for work: the cure is an agent, not patience. */
export class QueueNeedsAgent extends OutsideError {
  readonly kind = 'queue-needs-agent'
}

/** The other side is of a version that cannot be used. At the start: exit; later: do nothing until it is updated. */
export class Unsupported extends OutsideError {
  readonly kind = 'unsupported'
}

/** Turns whatever was thrown into one of the errors above; an unknown one may have had its effect. */
export function asOutsideError(thrown: unknown): OutsideError {
  // Not by its class: a provider from elsewhere brings its own copy of this package.
  if (thrown instanceof Error && 'kind' in thrown && 'mayHaveActed' in thrown) return thrown as OutsideError
  return new Transient(messageOf(thrown), { cause: thrown, mayHaveActed: true })
}

/** With the code of what lies beneath: `fetch failed` alone helps nobody. */
function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const { cause } = thrown
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  return code === undefined || thrown.message.includes(code) ? thrown.message : `${thrown.message} (${code})`
}
