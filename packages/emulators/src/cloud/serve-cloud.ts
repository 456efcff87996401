import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpCall, Reaction } from '../http/reaction.ts'
import { readBody } from '../woodpecker/http/read-body.ts'

export interface ServedCloud {
  /** Without a path. */
  readonly origin: string
  close(): Promise<void>
}

/** Puts a cloud's front on a port of this computer; 0: any free one. */
export async function serveCloud(
  react: (request: HttpCall) => Promise<Reaction>,
  port: number,
): Promise<ServedCloud> {
  const server = createServer((request, response) => {
    answer(react, request, response).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  react: (request: HttpCall) => Promise<Reaction>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reaction = await react({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    authorization: request.headers.authorization,
    body: await readBody(request),
  })
  // Packets cannot be dropped on loopback: whoever is shut out gets a connection here, and no answer on it.
  if (reaction === 'hang' || reaction === 'shut-out') return
  if (reaction === 'reset') return void response.destroy()
  response.writeHead(reaction.status, reaction.headers)
  response.end(reaction.body)
}
