import { createHmac } from 'node:crypto'
import type { Clock } from '@woodpeckers/autoscaler-core'
import { sameText } from './same-text.ts'

/** How far the time of our own clients may be off, either way. */
const WINDOW_MS = 5 * 60_000
/** Deliveries are known again for so long: by then the time that is signed has left the window. */
const REMEMBERED_MS = 2 * WINDOW_MS
/** So many at most; the oldest are forgotten first. */
const REMEMBERED = 10_000

/** Twelve digits and a dot. */
const TIMED_START = 13

export type WakeVerdict = 'good' | 'seen-before' | 'unsigned' | 'wrong' | 'too-old'

/** Checks one body while it comes, and keeps nothing of it but its first bytes. */
export interface WakeCheck {
  update(chunk: Uint8Array): void
  /** The body is whole. */
  end(): WakeVerdict
}

/**
 * Says whether a request to wake comes from somebody who has the secret: HMAC SHA-256 over the body as it came, or
 * over time and body where `X-Wake-Timestamp` is given. Forges sign no time, so that their deliveries are good again
 * once they are forgotten; all that comes of one is a look.
 *
 * `X-Hub-Signature-256: sha256=<hex>`:
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 * `X-Gitea-Signature: <hex>`, and Forgejo's under its own name:
 * https://docs.gitea.com/usage/repository/webhooks, https://forgejo.org/docs/latest/user/webhooks/
 */
export class WakeSignatures {
  readonly #secret: string
  readonly #clock: Clock
  /** When each was seen, the oldest first. */
  readonly #seen = new Map<string, number>()

  constructor(secret: string, clock: Clock) {
    this.#secret = secret
    this.#clock = clock
  }

  /** Begins to check a request whose body is yet to come; a verdict: its headers say enough. */
  begin(header: (name: string) => string | undefined): WakeCheck | 'unsigned' | 'wrong' {
    const given = signatureOf(header)
    if (given === undefined) return 'unsigned'
    if (!/^[0-9a-f]{64}$/.test(given)) return 'wrong'
    const time = header('x-wake-timestamp')
    const hmac = createHmac('sha256', this.#secret)
    if (time !== undefined) hmac.update(`${time}.`)
    let start = Buffer.alloc(0)
    return {
      update: (chunk) => {
        if (start.length < TIMED_START) start = Buffer.concat([start, chunk.subarray(0, TIMED_START)])
        hmac.update(chunk)
      },
      end: () => this.#verdict(given, hmac.digest('hex'), time, start),
    }
  }

  #verdict(given: string, right: string, time: string | undefined, start: Uint8Array): WakeVerdict {
    if (!sameText(given, right)) return 'wrong'
    // The signature of a time and a body is one of this body too: it would be good again for ever.
    if (time === undefined && looksTimed(start)) return 'wrong'
    const nowAt = this.#clock.now()
    // Only one that is rightly signed is told that its time is wrong.
    if (time !== undefined && !isNear(time, nowAt)) return 'too-old'
    return this.#isNew(right, this.#clock.monotonic()) ? 'good' : 'seen-before'
  }

  #isNew(digest: string, nowAt: number): boolean {
    for (const [known, seenAt] of this.#seen) {
      if (seenAt > nowAt - REMEMBERED_MS && this.#seen.size <= REMEMBERED) break
      this.#seen.delete(known)
    }
    if (this.#seen.has(digest)) return false
    this.#seen.set(digest, nowAt)
    return true
  }
}

/** In hex, small letters. */
function signatureOf(header: (name: string) => string | undefined): string | undefined {
  const prefixed = header('x-wake-signature') ?? header('x-hub-signature-256')
  const hex =
    prefixed === undefined
      ? (header('x-gitea-signature') ?? header('x-forgejo-signature'))
      : /^sha256=(.*)$/.exec(prefixed)?.[1]
  return hex?.toLowerCase()
}

/** No forge's delivery begins so: they are JSON, or a form. */
function looksTimed(start: Uint8Array): boolean {
  return /^\d{1,12}\./.test(Buffer.from(start.subarray(0, TIMED_START)).toString('latin1'))
}

/** Unix seconds. */
function isNear(time: string, nowAt: number): boolean {
  return /^\d{1,12}$/.test(time) && Math.abs(Number(time) * 1_000 - nowAt) <= WINDOW_MS
}
