import type { ProviderContext } from '@woodpeckers/autoscaler-core'
import { RateLimiter } from '@woodpeckers/autoscaler-http'
import { credentialOf } from './credential.ts'
import type { AccountOptions } from './options.ts'

/** For the whole project, whoever asks: https://docs.hetzner.cloud/reference/cloud#rate-limiting */
const LIMIT = { perSecond: 1, burst: 3_600 }

const SHORTEST_WAIT_MS = 1_000
/** `RateLimit-Reset` says when all of them are back, up to an hour; one is back after a second. */
const LONGEST_WAIT_MS = 10_000

/** One for every pool that uses this credential. */
export function rateLimiterOf({ options, share, clock }: ProviderContext<AccountOptions>): RateLimiter {
  return share(`hetznercloud rate limiter ${credentialOf(options)}`, () => new RateLimiter(clock, LIMIT))
}

/** Takes from an answer's head what it says of the limit. */
export function learnFrom(limiter: RateLimiter, status: number, headers: Headers, nowAt: number): void {
  const remaining = headers.get('ratelimit-remaining')
  if (remaining !== null && /^\d+$/.test(remaining)) limiter.learnRemaining(Number(remaining))
  if (status === 429) limiter.pauseFor(waitAfter429Ms(headers, nowAt))
}

/** How long to send nothing after a 429. */
export function waitAfter429Ms(headers: Headers, nowAt: number): number {
  const retryAfter = headers.get('retry-after')
  if (retryAfter !== null && /^\d+$/.test(retryAfter)) return Number(retryAfter) * 1_000
  const resetMs = Number(headers.get('ratelimit-reset') ?? 0) * 1_000 - nowAt
  return Math.min(Math.max(resetMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS)
}
