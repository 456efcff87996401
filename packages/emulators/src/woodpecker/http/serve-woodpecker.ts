import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { answerAgent } from './agent-front.ts'
import type { Faults } from './faults.ts'
import { grpcFront } from './grpc-front.ts'
import { answerWeb } from './serve-web.ts'
import { WebFront, type WebFrontOptions } from './web-front.ts'

export interface ServeOptions extends Partial<WebFrontOptions> {
  /** 0 or none: any free one. */
  readonly port?: number
  readonly agentPort?: number
}

export interface ServedWoodpecker {
  /** With the prefix, without a slash at the end: what `--server-url` takes. */
  readonly url: string
  /** `host:port` for agents: what `--grpc-addr` takes. */
  readonly agentAddress: string
  readonly faults: Faults
  close(): Promise<void>
}

/**
 * Puts the server on two ports of this computer: HTTP with events and `/emulator/…` on one, agents on the
 * other. While the server is away connections break, but for those to `/emulator/…`.
 */
export async function serveWoodpecker(
  server: EmulatedWoodpecker,
  options: ServeOptions = {},
): Promise<ServedWoodpecker> {
  const { port = 0, agentPort = 0, prefix = '', writeMs = 0, failConcurrentWrites = false } = options
  const front = new WebFront(server, { prefix, writeMs, failConcurrentWrites })
  const open = new Set<ServerResponse>()
  const serve = (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
    createServer((request, response) => {
      if (!request.url?.startsWith('/emulator/')) {
        open.add(response)
        response.on('close', () => open.delete(response))
      }
      answer(request, response).catch(() => response.destroy())
    })
  const web = serve((request, response) => answerWeb(server, front, request, response))
  const agents = grpcFront(serve((request, response) => answerAgent(server, request, response)))
  const stopWatching = server.watch((up) => {
    if (up) return
    for (const response of open) if (!response.writableEnded) response.destroy()
  })
  await Promise.all([listen(web, port), listen(agents, agentPort)])
  return {
    url: `http://${address(web)}${prefix}`,
    agentAddress: address(agents),
    faults: front.faults,
    close: async () => {
      stopWatching()
      web.closeAllConnections()
      await Promise.all([close(web), close(agents)])
    },
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

function address(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await closed
}
