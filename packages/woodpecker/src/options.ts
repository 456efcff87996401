import type { Clock, Log, Random } from '@woodpeckers/autoscaler-core'
import type { Fetch } from '@woodpeckers/autoscaler-http'

export interface WoodpeckerOptions {
  /** Where people reach the server; a path prefix is kept: `https://ci.example.org/woodpecker`. */
  readonly url: string
  /** Personal access token of an admin. */
  readonly token: string
  /** `host:port` where agents reach the server. */
  readonly grpcAddr: string
  /** Whether agents use TLS for that. */
  readonly grpcSecure: boolean
  /** Whether they verify the server's certificate. Without it: as their version does. */
  readonly grpcVerify?: boolean | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** How long a request may take, its retries included. Without it: 10 s. */
  readonly deadlineMs?: number
  /**
   * In place of real connections. Without it: undici with keep-alive, and proxies as HTTP_PROXY, HTTPS_PROXY
   * and NO_PROXY say.
   */
  readonly fetch?: Fetch
}

export const DEFAULT_DEADLINE_MS = 10_000

/** Agents stamp their work once a minute at most, so a stamp may be so much older than the work's end. */
export const WORK_STAMP_LAG_MS = 60_000

/** The URL without a slash at its end; throws a sentence for the user when it cannot be a server's. */
export function baseUrlOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new TypeError(`The Woodpecker server's URL must begin with http:// or https://`)
  }
  if (parsed.username || parsed.password) {
    throw new TypeError("The Woodpecker server's URL must not hold a user or password: the token is enough")
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, '')
}
