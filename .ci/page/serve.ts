// Serves the page with fixtures in place of an autoscaler: `/` and the API, by the fleet that the port stands for.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadPage, PAGE_POLICY } from '../../packages/page/src/index.ts'
import type { FixtureViews } from '../../packages/page/src/testing/fixture-views.ts'

export interface FixtureServer {
  readonly url: string
  /** Sends it to every page that listens. */
  readonly send: (event: string, data: unknown) => void
  /** Ends all streams, and refuses new ones until `isUp` is true again. */
  readonly drop: () => void
  isUp: boolean
  /** What it was asked to do, and refused. */
  readonly orders: string[]
  readonly close: () => Promise<void>
}

/** `token`: what each request to the API has to carry. */
export async function serveFixture(views: FixtureViews, token?: string): Promise<FixtureServer> {
  const page = await loadPage()
  const streams = new Set<ServerResponse>()
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const file = page.get(url.pathname)
    if (file) {
      response.writeHead(200, {
        'content-type': file.type,
        'content-encoding': 'br',
        'content-security-policy': PAGE_POLICY,
        etag: file.etag,
      })
      response.end(file.br)
      return
    }
    const json = (data: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(data))
    }
    if (!self.isUp) return void response.destroy()
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return json({ error: 'the token is missing or wrong' }, 401)
    const [, , , what, name] = url.pathname.split('/')
    switch (what) {
      case 'status':
        return json(views.status)
      case 'history':
        return json(views.history)
      case 'events':
        return json({ events: views.events.slice(-200) })
      case 'machines':
        return json(views.machine(decodeURIComponent(name ?? '')))
      case 'explain':
        return json({ explanations: views.explain(url.searchParams.get('task') ?? '') })
      case 'orders':
        self.orders.push(`${request.method} ${url.pathname.slice('/api/v1/orders/'.length)}`)
        return json({ error: 'it is as the fixture says' }, 409)
      case 'stream':
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        response.write(': here\n\n')
        streams.add(response)
        response.on('close', () => streams.delete(response))
        return
      default:
        return json({ error: 'there is no such thing' }, 404)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const self: FixtureServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isUp: true,
    orders: [],
    send: (event, data) => {
      for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    drop: () => {
      self.isUp = false
      for (const stream of streams) stream.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return self
}
