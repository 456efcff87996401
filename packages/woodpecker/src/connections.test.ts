import type { CiServer } from '@woodpeckers/autoscaler-core'
import { afterEach, expect, it, vi } from 'vitest'
import { type LoopbackServer, sendJson, startLoopbackServer } from './testing/loopback-server.ts'
import { call, newServer, TOKEN } from './testing/new-server.ts'

const queue = { pending: [], waiting_on_deps: [], running: [], stats: { worker_count: 0 }, paused: false }

let loopback: LoopbackServer
let server: CiServer

afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
  await loopback[Symbol.asyncDispose]()
})

it('are kept alive from one request to the next', async () => {
  loopback = await startLoopbackServer((_, response) => sendJson(response, queue))
  server = newServer({ url: loopback.url })
  for (let i = 0; i < 5; i++) await server.readQueue(call())
  expect(loopback.requests).toHaveLength(5)
  // The second request may begin before the first one’s connection is free again.
  expect(loopback.connections()).toBeLessThanOrEqual(2)
})

it('keep a path prefix of the server’s URL, and bring the token with each request', async () => {
  loopback = await startLoopbackServer((_, response) => sendJson(response, queue))
  server = newServer({ url: `${loopback.url}/ci/` })
  await server.readQueue(call())
  expect(loopback.requests).toEqual([
    { line: 'GET /ci/api/queue/info', body: '', authorization: `Bearer ${TOKEN}` },
  ])
})

it('go through the proxy that HTTP_PROXY names', async () => {
  loopback = await startLoopbackServer((_, response) => sendJson(response, queue))
  vi.stubEnv('HTTP_PROXY', loopback.url)
  vi.stubEnv('NO_PROXY', '')
  server = newServer({ url: 'http://ci.invalid' })
  expect((await server.readQueue(call())).tasks).toEqual([])
  expect(loopback.requests[0]?.line).toBe('GET http://ci.invalid/api/queue/info')
})

it('go straight to what NO_PROXY names', async () => {
  loopback = await startLoopbackServer((_, response) => sendJson(response, queue))
  vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1')
  vi.stubEnv('NO_PROXY', '127.0.0.1')
  server = newServer({ url: loopback.url })
  expect((await server.readQueue(call())).tasks).toEqual([])
})
