import {
  type Clock,
  type Log,
  OutsideError,
  type Random,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { Fetch } from './connections.ts'
import { noAnswer } from './no-answer.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { readBody } from './read-body.ts'
import { redacted } from './redact.ts'
import type { Refusal } from './refusal.ts'
import { withRetries } from './retry.ts'

export interface ExchangeOptions {
  readonly fetch: Fetch
  readonly token: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** How long one request may take, its retries included; waiting for the limiter is not counted. */
  readonly deadlineMs: number
  /** The error that an answer stands for; `undefined`: it is one that the caller wants to see. */
  readonly refusalOf: (refusal: Refusal) => OutsideError | undefined
  /** Methods that have the same effect when they are sent twice, so may be repeated. GET without it. */
  readonly repeatable?: ReadonlySet<string>
  /** Headers of the answer that the caller wants to see. */
  readonly keptHeaders?: readonly string[]
  readonly limiter?: RateLimiter
  /** Called with the head of every answer, also of refusals: to learn what it says of limits. */
  readonly onAnswer?: (status: number, headers: Headers) => void
}

export type Exchange = (request: Request, more?: ExchangeMore) => Promise<Response>

const READS: ReadonlySet<string> = new Set(['GET'])

/** What one request may be told besides. */
export interface ExchangeMore {
  /** Called right before the request goes out, for each try. */
  readonly onSend?: () => void
}

/**
 * Makes the `fetch` that an API client uses: it sends a request with the token, at the credential's rate,
 * within a deadline, again where that is harmless, reads the whole body, and turns every refusal into one of
 * our errors.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { clock, deadlineMs, limiter, repeatable = READS } = options
  return async (request, { onSend } = {}) => {
    const where = whereOf(request)
    const mayAct = request.method !== 'GET'
    const body = request.body === null ? undefined : await request.text()
    let sent = false
    const attempt = async (signal: AbortSignal) => {
      sent = true
      onSend?.()
      return sendOnce(options, request, body, signal)
    }
    const late = () =>
      new Transient(`${where}: no answer within ${deadlineMs / 1000} s`, { mayHaveActed: mayAct })
    const once = (signal: AbortSignal) => withDeadline(clock, deadlineMs, signal, late, attempt)
    try {
      if (limiter) {
        // Each try waits for its own place.
        const inTurn = async (signal: AbortSignal) => {
          await limiter.acquire(signal)
          return once(signal)
        }
        return await (repeatable.has(request.method)
          ? withRetries(options, where, request.signal, inTurn)
          : inTurn(request.signal))
      }
      return await withDeadline(clock, deadlineMs, request.signal, late, (signal) =>
        repeatable.has(request.method) ? withRetries(options, where, signal, attempt) : attempt(signal),
      )
    } catch (thrown) {
      if (thrown instanceof OutsideError) throw thrown
      throw new Transient(`${where}: called off`, { cause: thrown, mayHaveActed: mayAct && sent })
    }
  }
}

async function sendOnce(
  options: ExchangeOptions,
  request: Request,
  body: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const { method, url } = request
  const where = whereOf(request)
  const headers = { ...Object.fromEntries(request.headers), authorization: `Bearer ${options.token}` }
  let response: Response
  let text: string
  try {
    const init = { method, headers, signal, redirect: 'manual' } as const
    response = await options.fetch(url, body === undefined ? init : { ...init, body })
    text = await readBody(where, response)
  } catch (thrown) {
    if (thrown instanceof OutsideError) throw thrown
    signal.throwIfAborted()
    throw noAnswer(where, method, thrown)
  }
  options.onAnswer?.(response.status, response.headers)
  const plain = response.headers.get('content-type')?.startsWith('text/plain')
  const refusal = options.refusalOf({
    where,
    method,
    status: response.status,
    headers: response.headers,
    body: text,
    words: plain ? redacted(text, options.token) : '',
    nowAt: answeredAt(response, options.clock),
  })
  if (refusal) throw refusal
  return withBody(response, text, options.keptHeaders ?? [])
}

/** By the clock of the other side, as the times in its answer are. */
function answeredAt(response: Response, clock: Clock): number {
  const date = Date.parse(response.headers.get('date') ?? '')
  return Number.isNaN(date) ? clock.now() : date
}

/** The rest of the head describes a body that is already unpacked. */
function withBody(response: Response, text: string, keptHeaders: readonly string[]): Response {
  const headers = new Headers()
  for (const name of ['content-type', ...keptHeaders]) {
    const value = response.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const isEmpty = response.status === 204 || response.status === 205
  return new Response(isEmpty ? null : text, { status: response.status, headers })
}

function whereOf(request: Request): string {
  const { pathname, search } = new URL(request.url)
  return `${request.method} ${pathname}${search}`
}
