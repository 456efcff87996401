import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CiServer, type Log, OutsideError } from '@woodpeckers/autoscaler-core'
import { afterEach, describe, expect, it } from 'vitest'
import { agentOf } from './agent-record.ts'
import { type LoopbackServer, sendJson, sendText, startLoopbackServer } from './testing/loopback-server.ts'
import { call, failureOf, newServer, TOKEN } from './testing/new-server.ts'
import { wireAgent } from './testing/scripted-fetch.ts'

let loopback: LoopbackServer | undefined
let server: CiServer | undefined

afterEach(async () => {
  await server?.close()
  await loopback?.[Symbol.asyncDispose]()
  loopback = undefined
})

/** The client in front of a real server that answers everything alike. */
async function against(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  deadlineMs = 5_000,
): Promise<CiServer> {
  loopback = await startLoopbackServer(answer)
  server = newServer({ url: loopback.url, deadlineMs })
  return server
}

const queue = { pending: [], waiting_on_deps: [], running: [], stats: { worker_count: 0 }, paused: false }

describe('a real server that answers', () => {
  it.each([
    [401, 'auth', 'set WOODPECKER_TOKEN'],
    [403, 'auth', 'no admin'],
    [404, 'rejected', 'is the URL, with its path, that of a Woodpecker 3 server?'],
    [500, 'transient', '500 "database is locked"'],
  ])('%d is told as %s', async (status, kind, words) => {
    const client = await against((_, response) => sendText(response, status, 'database is locked'))
    const failure = await failureOf(client.readQueue(call()))
    expect(failure).toMatchObject({ kind, message: expect.stringContaining(words) })
    expect((failure as Error).message).toMatch(/^GET \/api\/queue\/info: /)
  })

  it('429 is told with the wait that it asks for', async () => {
    const client = await against((_, response) => response.writeHead(429, { 'retry-after': '7' }).end())
    expect(await failureOf(client.readQueue(call()))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 7000,
    })
    expect(loopback?.requests).toHaveLength(1)
  })

  it('a web page is told as such', async () => {
    const client = await against((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>x</title>'),
    )
    const failure = await failureOf(client.readAgents(call()))
    expect(failure).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('200 text/html'),
    })
  })

  it('JSON that is cut off is told, without a word of it', async () => {
    const whole = JSON.stringify([wireAgent(1)])
    const client = await against((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(whole.slice(0, whole.indexOf('"token"') + 25)),
    )
    const failure = (await failureOf(client.readAgents(call()))) as Error
    expect(failure).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('cut off'),
    })
    expect(failure.message).not.toContain('SECRET')
    expect(failure.cause).toBeUndefined()
  })

  it('a body that stops in the middle is told as a broken connection', async () => {
    const client = await against((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      response.write('{"pending":[', () => response.destroy())
    })
    expect(await failureOf(client.readQueue(call()))).toMatchObject({ kind: 'transient' })
  })

  it('without a field that is needed is told by the field’s place', async () => {
    const { capacity: _, ...incomplete } = wireAgent(2)
    const client = await against((_, response) => sendJson(response, [wireAgent(1), incomplete]))
    const failure = (await failureOf(client.readAgents(call()))) as Error
    expect(failure).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('[1].capacity'),
    })
    expect(failure.message).not.toContain('SECRET')
  })

  it('a redirection is not followed with the token', async () => {
    const client = await against((_, response) =>
      response.writeHead(301, { location: 'https://ci.example.org/login?code=x' }).end(),
    )
    expect(await failureOf(client.readQueue(call()))).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('to https://ci.example.org/login; set WOODPECKER_SERVER'),
    })
  })

  it('a page that never ends is given up', async () => {
    const client = await against((_, response) => sendJson(response, [wireAgent(1)]))
    expect(await failureOf(client.readAgents(call()))).toMatchObject({ kind: 'unexpected-answer' })
    expect(loopback?.requests.length).toBeLessThan(5)
  })

  it('never is given up after the deadline', async () => {
    const client = await against(() => {}, 150)
    const startedAt = performance.now()
    const failure = await failureOf(client.readQueue(call()))
    expect(failure).toMatchObject({
      kind: 'transient',
      mayHaveActed: false,
      message: 'GET /api/queue/info: no answer within 0.15 s',
    })
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })

  it('a body drop by drop is given up after the deadline as well', async () => {
    const client = await against((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    }, 200)
    expect(await failureOf(client.readQueue(call()))).toMatchObject({
      message: expect.stringContaining('no answer within'),
    })
  })

  it('slowly, but in time, is waited for', async () => {
    const client = await against((_, response) => void setTimeout(() => sendJson(response, queue), 200))
    expect((await client.readQueue(call())).tasks).toEqual([])
  })

  it('well at the third time is asked three times, if it is a read', async () => {
    let count = 0
    const client = await against((_, response) =>
      ++count < 3 ? sendText(response, 502, 'bad gateway') : sendJson(response, queue),
    )
    expect((await client.readQueue(call())).paused).toBe(false)
    expect(count).toBe(3)
  })

  it('a call that is called off ends at once', async () => {
    const client = await against(() => {})
    const controller = new AbortController()
    const reading = failureOf(client.readQueue({ signal: controller.signal }))
    setTimeout(() => controller.abort(new Error('enough')), 50)
    expect(await reading).toMatchObject({ kind: 'transient', mayHaveActed: false })
  })
})

it('a server that is not there is told by its code, and nothing was done', async () => {
  const gone = await startLoopbackServer(() => {})
  const { url } = gone
  await gone[Symbol.asyncDispose]()
  server = newServer({ url })
  expect(await failureOf(server.readQueue(call()))).toMatchObject({
    kind: 'transient',
    message: 'GET /api/queue/info: no answer (ECONNREFUSED)',
  })
  const deletion = failureOf(server.deleteAgent(agentOf(wireAgent(1)), call()))
  expect(await deletion).toMatchObject({ kind: 'transient', mayHaveActed: false })
})

it.each(['ci.example.org', 'ftp://ci.example.org', 'https://user:pass@ci.example.org'])(
  'the URL %s is refused before anything is asked',
  (url) => {
    expect(() => newServer({ url })).toThrow('URL')
  },
)

it('no secret gets into an error or a log line, whatever the server answers', async () => {
  const lines: string[] = []
  const write = (fields: object, message: string) => void lines.push(JSON.stringify(fields) + message)
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const secret = wireAgent(1).token
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => sendText(response, 500, `Bearer ${TOKEN} with ${secret}`),
    (response) => sendText(response, 400, `cannot read ${secret}`),
    (response) => sendText(response, 401, TOKEN),
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"token":"${secret}`),
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`"${secret}"`),
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"id":"${secret}"}`),
    (response) => response.writeHead(302, { location: `https://x.test/?token=${TOKEN}` }).end(),
    (response) => response.destroy(),
  ]
  for (const answer of answers) {
    loopback = await startLoopbackServer((_, response) => answer(response))
    const client = newServer({ url: loopback.url, log, deadlineMs: 1500 })
    const agent = agentOf(wireAgent(1))
    const wanted = { name: agent.name, slots: 1, labels: {}, backend: 'docker', image: 'x', environment: {} }
    const failures = await Promise.allSettled([
      client.readQueue(call()),
      client.readAgents(call()),
      client.readWork([], call()),
      client.inspectAgent('1', call()),
      client.setCordon(agent, true, call()),
      client.deleteAgent(agent, call()),
      client.createAgent(wanted, call()),
      client.check(call()),
    ])
    for (const failure of failures) {
      if (failure.status === 'fulfilled') continue
      expect(failure.reason).toBeInstanceOf(OutsideError)
      for (let error = failure.reason; error instanceof Error; error = error.cause) {
        lines.push(`${error.message}${JSON.stringify(error)}`)
      }
    }
    await client.close()
    await loopback[Symbol.asyncDispose]()
  }
  loopback = undefined
  expect(lines.length).toBeGreaterThan(40)
  expect(lines.join('\n')).not.toMatch(/ADMINSTOKEN|SECRETOFAGENT/)
})
