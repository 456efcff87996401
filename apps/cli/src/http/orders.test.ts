import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServedSite, TOKEN } from './a-site.test-setup.ts'

const BY = { 'x-autoscaler-by': 'ada' }

describe('orders', () => {
  let site: ServedSite
  beforeAll(async () => {
    site = await ServedSite.open()
    site.world.server.addTask()
    await site.world.seconds(60)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string> = BY,
  ): Promise<readonly [number, unknown]> {
    const response = await site.ask(`api/v1/orders/${path}`, { method, headers })
    return [response.status, await response.json()]
  }

  test('PUT gives one, DELETE takes it back; both are events, with who asked', async () => {
    const paused = { paused: ['1'], drainedPools: [], drained: [], replaced: [], protected: [] }
    expect(await ask('PUT', 'pause/1')).toEqual([
      200,
      { text: 'ada paused pool 1', orders: paused, isKept: true },
    ])
    expect(site.told.orders.paused).toEqual(new Set(['1']))
    expect(await ask('DELETE', 'pause/1')).toMatchObject([200, { text: 'ada resumed pool 1' }])
    expect(site.observer.events().slice(-2)).toMatchObject([
      { kind: 'order', pool: '1', text: 'ada paused pool 1' },
      { kind: 'order', pool: '1', text: 'ada resumed pool 1' },
    ])
  })

  test.each([
    ['no-file', 'PUT', /^a restart forgets it: there is no state file/],
    ['no-file', 'DELETE', undefined],
    ['not-written', 'PUT', /^a restart forgets it: the state file cannot be written/],
    ['not-written', 'DELETE', /^a restart brings back what was asked for: the state file cannot be written/],
  ] as const)('where there is %s, %s warns of what a restart makes of it', async (kept, method, warning) => {
    site.told.kept = kept
    const [status, answer] = await ask(method, 'pause/1')
    site.told.kept = 'kept'
    expect([status, answer]).toMatchObject([200, { isKept: false }])
    expect((answer as { readonly warning?: string }).warning ?? '').toMatch(warning ?? /^$/)
  })

  test('about a machine', async () => {
    const name = site.world.cloud.machines[0]?.name ?? ''
    for (const verb of ['drain', 'replace', 'protect']) {
      expect((await ask('PUT', `${verb}/${name}`))[0]).toBe(200)
    }
    expect(site.told.orders.protected).toEqual(new Set([name]))
    expect((await ask('DELETE', `protect/${name}`))[0]).toBe(200)
  })

  test.each([
    ['PUT', 'pause/9', 404, 'there is no pool "9"; there are 1, all'],
    ['PUT', 'protect/%3Cscript%3E', 404, /^there is no machine "<script>"; there are pool-1-agent-/],
    ['DELETE', 'pause/all', 409, 'nothing is paused by an order'],
    ['PUT', `pause/${'x'.repeat(129)}`, 400, 'no pool or machine has so long a name'],
    ['PUT', 'fly/1', 404, /^there is nothing here/],
    ['POST', 'pause/1', 404, /^there is nothing here/],
    ['GET', 'pause/1', 404, /^there is nothing here/],
  ])('%s %s is refused in one line', async (method, path, status, error) => {
    expect(await ask(method, path)).toEqual([status, { error: expect.stringMatching(error) }])
  })

  test('a page from elsewhere gives none: it can neither say who asks, nor learn that it may', async () => {
    const foreign = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await ask('PUT', 'pause/all', foreign))[0]).toBe(403)
    const preflight = await site.ask('api/v1/orders/pause/all', {
      method: 'OPTIONS',
      headers: {
        ...foreign,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-autoscaler-by',
      },
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null])
    expect(site.told.orders.paused).toEqual(new Set())
  })

  test('who asks is told in letters that change no terminal', async () => {
    const by = { 'x-autoscaler-by': 'ada\u00a0<b>[31m@home' }
    expect(await ask('PUT', 'pause/1', by)).toMatchObject([200, { text: 'adab31m@home paused pool 1' }])
    await ask('DELETE', 'pause/1')
  })
})

test('with a token, nothing but the token gives orders', async () => {
  await using site = await ServedSite.open({ token: TOKEN })
  const ask = async (headers: Record<string, string>) =>
    (await site.ask('api/v1/orders/pause/all', { method: 'PUT', headers })).status
  expect(await ask(BY)).toBe(401)
  expect(await ask({ ...BY, authorization: `Bearer ${TOKEN}x` })).toBe(401)
  expect(await ask({ authorization: `Bearer ${TOKEN}` })).toBe(200)
  expect(site.observer.events().at(-1)?.text).toBe('somebody paused all pools')
})

describe('the log level', () => {
  test('can be read, and changed', async () => {
    await using site = await ServedSite.open()
    const put = (body: string) => site.ask('api/v1/log-level', { method: 'PUT', headers: BY, body })
    expect(await site.json('api/v1/log-level')).toEqual({ level: 'info' })
    expect(await (await put('{"level":"debug"}')).json()).toEqual({ level: 'debug' })
    expect(site.told.level).toBe('debug')
  })

  test.each(['', 'null', '{"level":"loud"}', '{"level":["debug"]}', 'debug', '{'])(
    '%j is refused',
    async (body) => {
      await using site = await ServedSite.open()
      const response = await site.ask('api/v1/log-level', { method: 'PUT', headers: BY, body })
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error:
          'the body must be like {"level":"debug"}, with one of trace, debug, info, warn, error, fatal, silent',
      })
      expect(site.told.level).toBe('info')
    },
  )
})
