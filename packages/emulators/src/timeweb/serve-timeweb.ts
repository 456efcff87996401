import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '../woodpecker/http/read-body.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { react } from './timeweb-front.ts'

export interface ServedTimeweb {
  /** What `--timewebcloud-api-url` takes. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Puts the cloud on a port of this computer; 0 or none: any free one. Who is shut out gets a connection here, and
 * no answer on it: packets cannot be dropped on loopback.
 */
export async function serveTimeweb(cloud: EmulatedTimeweb, port: number = 0): Promise<ServedTimeweb> {
  const server = createServer((request, response) => {
    answer(cloud, request, response).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  cloud: EmulatedTimeweb,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reaction = await react(cloud, {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    authorization: request.headers.authorization,
    body: await readBody(request),
  })
  if (reaction === 'hang' || reaction === 'shut-out') return
  if (reaction === 'reset') return void response.destroy()
  response.writeHead(reaction.status, reaction.headers)
  response.end(reaction.body)
}
