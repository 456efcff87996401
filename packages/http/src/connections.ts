import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici'

export interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  readonly redirect: 'manual'
}

/** As much of the standard `fetch` as is used here. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>

export interface Connections {
  readonly fetch: Fetch
  /** Ends every connection, those with a request under way too. */
  close(): Promise<void>
}

/**
 * Connections that are kept alive, through the proxies that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name. Times
 * are left to the caller: undici's own time-outs would pass by the real clock only.
 */
export function openConnections(): Connections {
  const dispatcher = new EnvHttpProxyAgent({
    connections: 16,
    keepAliveTimeout: 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    // An undici dispatcher fits undici's own `fetch` only, whose Response is another class of the same shape.
    fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }) as unknown as Promise<Response>,
    close: () => dispatcher.destroy(),
  }
}
