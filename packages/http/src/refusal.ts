import { RateLimited } from '@woodpeckers/autoscaler-core'

/** An answer that may not be what was asked for. */
export interface Refusal {
  /** Method and path, for people. */
  readonly where: string
  readonly method: string
  readonly status: number
  readonly headers: Headers
  /** The body as it came; it may hold secrets: never put it into a message as it is. */
  readonly body: string
  /** The other side's words when they are plain text, fit for a message: one line, what looks secret left out. */
  readonly words: string
  readonly nowAt: number
}

/** The error for 429, with the wait that `Retry-After` asks for: seconds, or a date. */
export function rateLimited(
  said: string,
  { headers, nowAt }: Pick<Refusal, 'headers' | 'nowAt'>,
): RateLimited {
  const retryAfter = headers.get('retry-after') ?? ''
  const waitMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowAt
  return new RateLimited(said, Number.isNaN(waitMs) ? {} : { retryAfterMs: Math.max(0, waitMs) })
}
