import { sleep } from '@woodpeckers/autoscaler-core'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { react } from './timeweb-front.ts'

/** As long as undici waits for a connection. */
const CONNECT_MS = 10_000

interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** The cloud as a `fetch` within this process: so its time can be virtual. */
export function timewebFetch(cloud: EmulatedTimeweb): (url: string, init: FetchInit) => Promise<Response> {
  return async (url, { method, headers, body = '', signal }) => {
    signal.throwIfAborted()
    const { pathname, search } = new URL(url)
    const authorization = headers['authorization']
    const reacting = react(cloud, { method, target: pathname + search, authorization, body })
    const reaction = await Promise.race([reacting, aborted(signal)])
    if (reaction === 'hang') return aborted(signal)
    if (reaction === 'reset') throw failed('ECONNRESET')
    if (reaction === 'shut-out') {
      await sleep(cloud.clock, CONNECT_MS, signal)
      throw failed('UND_ERR_CONNECT_TIMEOUT')
    }
    const isEmpty = reaction.status === 204
    return new Response(isEmpty ? null : reaction.body, {
      status: reaction.status,
      headers: reaction.headers,
    })
  }
}

function failed(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
