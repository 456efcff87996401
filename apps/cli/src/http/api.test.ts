import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { Explanation } from '@woodpeckers/autoscaler-core'
import type { EventView, StatusView } from '@woodpeckers/autoscaler-observer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServedSite } from './a-site.test-setup.ts'

let site: ServedSite
beforeAll(async () => {
  site = await ServedSite.open()
  site.world.server.addTasks(4, { labels: { repo: 'acme/app' } })
  site.world.server.addTask({ id: 'gpu-task', labels: { gpu: 'yes' } })
  await site.world.seconds(60)
})
afterAll(() => site[Symbol.asyncDispose]())

describe('reading', () => {
  test('status says how things stand', async () => {
    const status = await site.json<StatusView>('api/v1/status')
    expect(status).toMatchObject({
      version: 1,
      queue: { pending: 2, running: 3 },
      pools: [{ id: '1', max: 3 }],
    })
    expect(status.pools[0]?.machines).toHaveLength(3)
  })

  test('history has samples and a bar for each machine', async () => {
    const history = await site.json('api/v1/history')
    expect(history).toMatchObject({ version: 1, pools: ['1'], machines: [{}, {}, {}] })
  })

  test('events come oldest first; of those behind a number the first ones', async () => {
    const { events } = await site.json<{ events: EventView[] }>('api/v1/events')
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
    const latest = await site.json<{ events: EventView[] }>('api/v1/events?limit=2')
    expect(latest.events).toEqual(events.slice(-2))
    const next = await site.json<{ events: EventView[] }>('api/v1/events?after=1&limit=2')
    expect(next.events.map(({ seq }) => seq)).toEqual([2, 3])
  })

  test('explain finds a task by its id, and says what is in the way', async () => {
    const { explanations } = await site.json<{ explanations: Explanation[] }>('api/v1/explain?task=gpu-task')
    expect(explanations).toMatchObject([{ task: { id: 'gpu-task' }, because: 'no-pool-matches' }])
    expect(explanations[0]?.sentence).toContain('gpu')
  })

  test('explain finds several by a part of the title, those that wait first', async () => {
    const { explanations } = await site.json<{ explanations: Explanation[] }>('api/v1/explain?task=ACME')
    expect(explanations.map(({ task }) => task.state)).toEqual([
      'pending',
      'pending',
      'running',
      'running',
      'running',
    ])
  })

  test('a machine has its bar and its story', async () => {
    const name = site.world.cloud.machines[0]?.name ?? ''
    const machine = await site.json(`api/v1/machines/${name}`)
    expect(machine).toMatchObject({
      machine: { name, state: 'busy' },
      bar: { name },
      events: [{ subject: name }],
    })
  })

  test('snapshot, plan and holds are those of the last tick', async () => {
    expect(await site.json('api/v1/snapshot')).toMatchObject({
      queue: { ok: true },
      machines: { '1': { ok: true, value: { machines: [{}, {}, {}] } } },
    })
    expect(await site.json('api/v1/plan')).toMatchObject({ pools: [{ id: '1' }], actions: [] })
    const { holds } = await site.json<{ holds: { because: string }[] }>('api/v1/holds')
    expect(holds.map(({ because }) => because)).toContain('at-max')
  })

  test('metrics are told as Prometheus reads them', async () => {
    const response = await site.ask('metrics')
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/plain; version=0.0.4',
      'woodpecker_up 1\n',
    ])
  })

  test('what is larger than a kilobyte is compressed where that is asked for', async () => {
    const { headers, body } = await rawGet('/api/v1/status', { 'accept-encoding': 'gzip' })
    expect(headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(gunzipSync(body).toString())).toEqual(site.observer.status())
    const plain = await rawGet('/api/v1/status', { 'accept-encoding': 'gzip;q=0, br' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(JSON.parse(plain.body.toString())).toEqual(site.observer.status())
  })
})

describe('what is wrong is one line', () => {
  test.each([
    ['api/v1/events?limit=0', 400, 'limit must be a number from 1 to 1000'],
    ['api/v1/events?limit=1001', 400, 'limit must be a number from 1 to 1000'],
    ['api/v1/events?limit=1e3', 400, 'limit must be a number from 1 to 1000'],
    ['api/v1/events?after=-1', 400, 'after must be the seq of an event, or 0'],
    ['api/v1/events?after=x', 400, 'after must be the seq of an event, or 0'],
    ['api/v1/explain', 400, /^task must be a pipeline's number/],
    [`api/v1/explain?task=${'x'.repeat(201)}`, 400, /of 200 characters at most$/],
    [`api/v1/explain?task=${'x'.repeat(3_000)}`, 414, /^the URL is longer than 2048 characters$/],
    ['api/v1/machines/pool-1-agent-nobody', 404, 'nobody remembers such a machine'],
    ['api/v2/status', 404, /^there is nothing here/],
    ['nothing', 404, /^there is nothing here/],
    ['..%2f..%2fetc%2fpasswd', 404, /^there is nothing here/],
    ['%2e%2e/%2e%2e/etc/passwd', 404, /^there is nothing here/],
    ['api/v1/machines/..%2f..%2f..%2fetc%2fpasswd', 404, 'nobody remembers such a machine'],
    ['%00', 404, /^there is nothing here/],
    ['%ff', 404, /^there is nothing here/],
  ])('%s', async (path, status, error) => {
    const response = await site.ask(path)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error: expect.stringMatching(error) })
  })

  test.each([
    '/../../etc/passwd',
    '/./../../../etc/passwd',
    '/..\\..\\etc\\passwd',
    '//etc/passwd',
    '/page/../../../etc/passwd',
    'file:///etc/passwd',
    '*',
  ])('a path that climbs leads nowhere: %s', async (path) => {
    const answer = await site.raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /)
    expect(answer).not.toContain('root:')
  })

  test('headers of more than 16 kB are refused', async () => {
    const answer = await site.raw(`GET /?${'x'.repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  test.each(['evil.example:9090', 'evil.example'])('a host that lies is refused: %s', async (host) => {
    const answer = await site.raw(`GET /api/v1/status HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*--allowed-hosts/)
  })
})

test.each(['', 'api/v1/status', 'healthz', 'metrics', 'nothing', 'api/v1/events?limit=x'])(
  'nothing may be guessed, framed, or told on: /%s',
  async (path) => {
    const { headers } = await site.ask(path)
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'/),
      'cache-control': expect.stringMatching(/^no-(?:store|cache)$/),
    })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  },
)

test('a secret that an error holds is not told', async () => {
  await using other = await ServedSite.open()
  other.world.server.failNext('readQueue', new Error('refused with hidden-value'))
  await other.world.seconds(10)
  const text = await (await other.ask('api/v1/snapshot')).text()
  expect(text).toContain('refused with [secret]')
  expect((await other.json<{ error: string }>('api/v1/explain?task=1')).error).toContain(
    'refused with [secret]',
  )
})

/** `fetch` would decompress it. */
function rawGet(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    request({ port: site.http.port, host: '127.0.0.1', path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })
}
