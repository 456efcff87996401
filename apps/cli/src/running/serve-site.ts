import type { Clock, Log } from '@woodpeckers/autoscaler-core'
import { connectionLimits, openFilesAtMost } from '../http/connection-limits.ts'
import type { Control } from '../http/control.ts'
import type { HttpServer } from '../http/http-server.ts'
import { DEFAULT_LISTEN, isLoopback, listenAddress } from '../http/listen-address.ts'
import type { Sight } from '../http/sight.ts'
import type { HttpSettings } from '../settings/http-shape.ts'

export interface ServeOptions {
  readonly settings: HttpSettings
  readonly sight: Sight
  readonly control: Control
  readonly intervalMs: () => number
  readonly clock: Clock
  /** That of the loop, where it has one of its own. */
  readonly siteClock?: Clock
  readonly log: Log
}

/** Somebody said where to listen, and that does not work: nothing is begun. */
export class ListenFailed extends Error {}

/**
 * Serves page, metrics and API where the settings say; `undefined`: nowhere. Its code is loaded only if it is.
 *
 * @throws ListenFailed where the address that somebody named cannot be had
 */
export async function serveSite(options: ServeOptions): Promise<HttpServer | undefined> {
  const { settings, log } = options
  const said = settings.listen
  const listen = listenAddress(said ?? DEFAULT_LISTEN)
  if (!listen) return undefined
  const [{ openHttp }, { PageStore }, { liveLimits }] = await Promise.all([
    import('../http/http-server.ts'),
    import('../http/page-files.ts'),
    import('../http/live-clients.ts'),
  ])
  const { httpToken: token, allowedHosts, wakeSecret } = settings
  const page = new PageStore()
  const { siteClock = options.clock } = options
  const { connections, followers } = connectionLimits(openFilesAtMost())
  try {
    const server = await openHttp({
      ...options,
      siteClock,
      listen,
      token,
      allowedHosts,
      wakeSecret,
      page,
      connections,
      liveLimits: { ...liveLimits, clients: followers },
    })
    if (token === undefined && !isLoopback(listen.host)) log.warn({ listen: said }, NOTHING_BUT_HEALTH)
    return server
  } catch (error) {
    const why = whyNot(error as NodeJS.ErrnoException)
    if (said !== undefined)
      throw new ListenFailed(`--listen (WOODPECKER_LISTEN, http.listen) is ${JSON.stringify(said)}: ${why}`)
    log.warn(
      { listen: DEFAULT_LISTEN },
      `there is no page, and no metrics: ${why}; name another with --listen`,
    )
    return undefined
  }
}

const NOTHING_BUT_HEALTH =
  'it listens beyond this computer without a token, so it answers nothing but /healthz and /readyz; set --http-token (WOODPECKER_HTTP_TOKEN, http.token)'

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there already'
    case 'EACCES':
      return 'this user may not listen there'
    case 'EADDRNOTAVAIL':
      return 'this computer has no such address'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'nobody knows such a name'
    default:
      return message
  }
}
