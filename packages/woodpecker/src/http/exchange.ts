import {
  type Clock,
  type Log,
  OutsideError,
  type Random,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { Fetch } from './fetch.ts'
import { noAnswer } from './no-answer.ts'
import { readBody } from './read-body.ts'
import { redacted } from './redact.ts'
import { refusalOf } from './refusal.ts'
import { withRetries } from './retry.ts'

export interface ExchangeOptions {
  readonly fetch: Fetch
  readonly token: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly deadlineMs: number
}

/** Repeating one of these has the effect of doing it once: a read, and PATCH, which sets two fields. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'PATCH'])

/** What is kept of the answer's head. The rest describes a body that is already unpacked. */
const KEPT_HEADERS = ['content-type', 'date', 'x-woodpecker-version']

/**
 * Makes the `fetch` that the API client uses: it sends a request with the token, within a deadline, again
 * where that is harmless, reads the whole body, and turns every refusal into one of our errors. So what it
 * answers is 2xx, 404, or 409 to a DELETE.
 */
export function createExchange(options: ExchangeOptions): (request: Request) => Promise<Response> {
  const { clock, deadlineMs } = options
  return async (request) => {
    const where = whereOf(request)
    const mayAct = request.method !== 'GET'
    const body = request.body === null ? undefined : await request.text()
    let sent = false
    const attempt = (signal: AbortSignal) => {
      sent = true
      return sendOnce(options, request, body, signal)
    }
    const late = () =>
      new Transient(`${where}: no answer within ${deadlineMs / 1000} s`, { mayHaveActed: mayAct })
    try {
      return await withDeadline(clock, deadlineMs, request.signal, late, (signal) =>
        REPEATABLE.has(request.method) ? withRetries(options, where, signal, attempt) : attempt(signal),
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
  const words = response.headers.get('content-type')?.startsWith('text/plain')
    ? redacted(text, options.token)
    : ''
  const nowAt = options.clock.now()
  const refusal = refusalOf({
    where,
    method,
    status: response.status,
    headers: response.headers,
    words,
    nowAt,
  })
  if (refusal) throw refusal
  return withBody(response, text)
}

function withBody(response: Response, text: string): Response {
  const headers = new Headers()
  for (const name of KEPT_HEADERS) {
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
