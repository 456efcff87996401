import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type AdmissionRules, admission, type Refusal } from './admission.ts'
import { apiHeaders } from './answer-headers.ts'
import { Connections } from './connections.ts'
import { hostInUrl } from './listen-address.ts'
import { type RouteOptions, routes } from './routes.ts'

export interface HttpOptions extends Omit<AdmissionRules, 'isPage'>, RouteOptions {
  /** How many may be open at the same time, without event streams. */
  readonly connections: number
}

export interface HttpServer {
  /** Where it is, as one opens it in a browser on this computer. */
  readonly url: string
  readonly port: number
  /** How many follow by server-sent events now. */
  readonly followers: number
  /** Ends all that is open. */
  close(): Promise<void>
}

const LIMITS = {
  maxHeaderSize: 16_384,
  // Of a connection that sends nothing too.
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
} as const
/** A client that reads nothing of its answer for so long is cut off. */
const UNREAD_MS = 15_000

/** @throws the error of `listen`, with its `code`, where nothing can listen there */
export async function openHttp(options: HttpOptions): Promise<HttpServer> {
  const connections = new Connections(options.connections)
  const { app, followers, close: closeRoutes } = routes(options, (socket) => connections.follows(socket))
  const mayAsk = admission({ ...options, isPage: (path) => options.page.has(path) })
  const answer = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    overrideGlobalObjects: false,
    // A request that is none, such as one whose host cannot stand in a URL.
    errorHandler: () => Response.json({ error: 'this request cannot be read' }, { status: 400 }),
  })
  const server = createServer(LIMITS, (incoming, outgoing) => {
    outgoing.once('close', () => connections.answered(incoming.socket))
    for (const [name, value] of Object.entries(apiHeaders)) outgoing.setHeader(name, value)
    const refusal = mayAsk(askingOf(incoming))
    if (refusal) return refuse(incoming, outgoing, refusal)
    // Routes are found in a URL that is put together from this name and the path: one that holds a path of its own
    // would lead elsewhere than where it was let in.
    incoming.headers.host = 'localhost'
    void answer(incoming, outgoing)
  })
  server.timeout = UNREAD_MS
  server.on('connection', (socket: Socket) => connections.opened(socket))
  // A connection that `Connections` closed counts here until the next turn of the event loop, so this limit is higher.
  server.maxConnections = 2 * options.connections + options.liveLimits.clients
  try {
    await listening(server, options)
  } catch (error) {
    closeRoutes()
    throw error
  }
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${hostInUrl(openable(options.listen.host))}:${port}/`,
    port,
    get followers() {
      return followers()
    },
    close: async () => {
      closeRoutes()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listening(server: Server, { listen }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(listen.port, listen.host, () => {
      server.off('error', reject).on('error', () => {})
      resolve()
    })
  })
}

function askingOf({
  method = '',
  url = '',
  headers,
}: IncomingMessage): Parameters<ReturnType<typeof admission>>[0] {
  const header = (name: string) => {
    const value = headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }
  return { method, url, path: url.split('?', 1)[0] ?? '', header }
}

/** Its body, if it has one, is not read. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, { status, error }: Refusal): void {
  const text = JSON.stringify({ error })
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(hasBody(incoming) && { connection: 'close' }),
  })
  outgoing.end(incoming.method === 'HEAD' ? undefined : text)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** One cannot open "any address". */
function openable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
