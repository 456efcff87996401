import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '../woodpecker/http/read-body.ts'

/** A request to an emulated cloud, as its front takes it. */
export interface CloudRequest {
  readonly method: string
  readonly target: string
  readonly authorization: string | undefined
  readonly body: string
}

/** An answer; `silent`: the connection stays open, and nothing comes; `reset`: it breaks. */
export type CloudReaction =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | 'silent'
  | 'reset'

export interface ServedCloud {
  /** Without a path. */
  readonly origin: string
  close(): Promise<void>
}

/** Puts a cloud's front on a port of this computer; 0: any free one. */
export async function serveCloud(
  react: (request: CloudRequest) => Promise<CloudReaction>,
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
  react: (request: CloudRequest) => Promise<CloudReaction>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reaction = await react({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    authorization: request.headers.authorization,
    body: await readBody(request),
  })
  if (reaction === 'silent') return
  if (reaction === 'reset') return void response.destroy()
  response.writeHead(reaction.status, reaction.headers)
  response.end(reaction.body)
}
