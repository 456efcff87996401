import { type Clock, sleep } from '@woodpeckers/autoscaler-core'
import type { HttpAnswer, HttpCall, Reaction } from './reaction.ts'

/** As long as undici waits for a connection. */
const CONNECT_MS = 10_000

export interface InProcessInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** As much of the standard `fetch` as clients here use. */
export type InProcessFetch = (url: string, init: InProcessInit) => Promise<Response>

/** Something emulated as a `fetch` within this process: so its time can be virtual. */
export function inProcessFetch(
  clock: Clock,
  react: (call: HttpCall) => Promise<Reaction | Response>,
): InProcessFetch {
  return async (url, { method, headers, body = '', signal }) => {
    signal.throwIfAborted()
    const { pathname, search } = new URL(url)
    const reacting = react({
      method,
      target: pathname + search,
      authorization: headers['authorization'],
      contentType: headers['content-type'],
      body,
    })
    const reaction = await orAborted(reacting, signal)
    if (reaction === 'hang') return orAborted(new Promise(() => {}), signal)
    if (reaction === 'reset') throw fetchFailed('ECONNRESET')
    if (reaction === 'shut-out') {
      await sleep(clock, CONNECT_MS, signal)
      throw fetchFailed('UND_ERR_CONNECT_TIMEOUT')
    }
    return reaction instanceof Response ? reaction : responseOf(reaction)
  }
}

/** What undici's `fetch` rejects with, with the system's code as the cause. */
export function fetchFailed(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

function responseOf({ status, headers, body }: HttpAnswer): Response {
  return new Response(status === 204 ? null : body, { status, headers })
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    work.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject)
  })
}
