import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Tinycloud {
  readonly url: string
  /** Names of the machines, with when they were made. */
  readonly servers: Map<string, string>
  close(): Promise<void>
}

/** The cloud that the example's tests run against: real HTTP on loopback, two machines a page. */
export async function startTinycloud(token: string): Promise<Tinycloud> {
  const servers = new Map<string, string>()

  async function answer(request: IncomingMessage): Promise<[status: number, body?: object]> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (request.headers.authorization !== `Bearer ${token}`) return [401]
    if (request.method === 'DELETE') return [servers.delete(pathname.replace('/servers/', '')) ? 204 : 404]
    if (request.method === 'POST') {
      const { name } = JSON.parse(await text(request)) as { name: string }
      if (servers.has(name)) return [409]
      servers.set(name, new Date().toISOString())
      return [201]
    }
    const found = [...servers].filter(([name]) => name.startsWith(searchParams.get('prefix') ?? ''))
    const page = Number(searchParams.get('page'))
    const shown = found.slice((page - 1) * 2, page * 2).map(([name, createdAt]) => ({ name, createdAt }))
    return [200, { servers: shown, nextPage: found.length > page * 2 ? page + 1 : null }]
  }

  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request)
    response.writeHead(status).end(body && JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    servers,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
