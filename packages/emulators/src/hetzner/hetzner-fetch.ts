import type { EmulatedHetzner } from './emulated-hetzner.ts'
import { react } from './hetzner-front.ts'

interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** The cloud as a `fetch` within this process: so its time can be virtual. */
export function hetznerFetch(cloud: EmulatedHetzner): (url: string, init: FetchInit) => Promise<Response> {
  return async (url, { method, headers, body = '', signal }) => {
    signal.throwIfAborted()
    const { pathname, search } = new URL(url)
    const authorization = headers['authorization']
    const reacting = react(cloud, { method, target: pathname + search, authorization, body })
    const reaction = await Promise.race([reacting, aborted(signal)])
    if (reaction === 'hang') return aborted(signal)
    if (reaction === 'reset') {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
      })
    }
    return new Response(reaction.body, { status: reaction.status, headers: reaction.headers })
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
