import { seededRandom } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import { EmulatedHetzner } from './emulated-hetzner.ts'
import { hetznerFetch } from './hetzner-fetch.ts'
import { serveHetzner } from './serve-hetzner.ts'
import type { EmulatedHetznerOptions } from './settings.ts'

const TOKEN = 'emulated-hetzner-token'
const { signal } = new AbortController()

interface Answer {
  readonly server: { readonly id: number; readonly status: string }
  readonly servers: readonly object[]
  readonly root_password: string | null
  readonly meta: { readonly pagination: { readonly total_entries: number } }
}

function setUp(options: Partial<EmulatedHetznerOptions> = {}) {
  const clock = new ManualClock()
  const cloud = new EmulatedHetzner({ clock, random: seededRandom(1), ...options })
  const fetch = hetznerFetch(cloud)
  const ask = async (method: string, path: string, sent?: object, token = TOKEN) => {
    const headers = { authorization: `Bearer ${token}` }
    const init = { method, headers, signal, ...(sent ? { body: JSON.stringify(sent) } : {}) }
    const response = await fetch(`http://hetzner.invalid/v1${path}`, init)
    const body = (await response.json()) as Answer
    return { status: response.status, headers: response.headers, body }
  }
  const order = { name: 'one', server_type: 'cx23', image: 'ubuntu-24.04', location: 'fsn1' }
  const create = (with_: object = {}) => ask('POST', '/servers', { ...order, ...with_ })
  return { clock, cloud, ask, create }
}

test('a server starts, runs and goes', async () => {
  const { clock, ask, create } = setUp()
  const { status, body } = await create({ labels: { a: 'b' } })
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { server: { name: 'one', status: 'initializing', labels: { a: 'b' } }, action: { progress: 0 } },
  })
  const path = `/servers/${body.server.id}`
  await clock.advance(8_000)
  expect((await ask('GET', path)).body.server.status).toBe('running')
  expect((await ask('DELETE', path)).status).toBe(200)
  expect((await ask('GET', path)).body.server.status).toBe('deleting')
  await clock.advance(1_000)
  expect(await ask('GET', path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test('a root password is made where there is no key', async () => {
  const { cloud, create } = setUp()
  expect((await create({ ssh_keys: ['admin'] })).body.root_password).toBeNull()
  const { body } = await create({ name: 'two' })
  expect(cloud.rootPasswords).toEqual([body.root_password])
})

describe('an order is refused', () => {
  test.each([
    [{ name: 'not a name' }, 422, 'invalid_input'],
    [{ server_type: 'cx99' }, 422, 'invalid_input'],
    [{ server_type: 'cx22' }, 422, 'invalid_input'],
    [{ image: 'beos' }, 422, 'invalid_input'],
    [{ location: 'ash' }, 422, 'invalid_input'],
    [{ datacenter: 'fsn1-dc14' }, 422, 'invalid_input'],
    [{ user_data: 'x'.repeat(32_769) }, 422, 'invalid_input'],
    [{ labels: { 'a b': '' } }, 422, 'invalid_input'],
    [{ ssh_keys: ['lost'] }, 404, 'not_found'],
    [{ networks: [1] }, 404, 'not_found'],
    [{ server_type: 'cx33' }, 412, 'resource_unavailable'],
    [{ name: 'taken' }, 409, 'uniqueness_error'],
  ])('with %j', async (with_, status, code) => {
    const { cloud, create } = setUp()
    cloud.plant('taken')
    cloud.sellOut('cx33:fsn1')
    expect(await create(with_)).toMatchObject({ status, body: { error: { code } } })
    expect(cloud.servers).toHaveLength(1)
  })

  test('beyond the limit of the account, or of a placement group', async () => {
    const { cloud, create } = setUp()
    for (let i = 0; i < 10; i++) await create({ name: `n${i}`, placement_group: 801 })
    const full = await create({ placement_group: 801 })
    expect(full).toMatchObject({ status: 422, body: { error: { code: 'placement_error' } } })
    cloud.serverLimit = 10
    expect(await create()).toMatchObject({
      status: 403,
      body: { error: { code: 'resource_limit_exceeded' } },
    })
  })
})

test.each([
  ['nobody’s', 401, 'unauthorized'],
  ['old', 401, 'unauthorized'],
  ['reader', 403, 'token_readonly'],
])('the token "%s" makes nothing', async (token, status, code) => {
  const { ask } = setUp({
    tokens: [
      { token: 'old', rights: 'expired' },
      { token: 'reader', rights: 'read' },
    ],
  })
  expect(await ask('POST', '/servers', {}, token)).toMatchObject({ status, body: { error: { code } } })
})

test('lists come in pages, filtered by name and label, and new servers come late', async () => {
  const { clock, cloud, ask } = setUp({ listLagMs: 20_000 })
  for (let i = 0; i < 60; i++) cloud.plant(`n${i}`, { 'wp.autoscaler/pool': i % 2 ? 'one' : 'two' })
  const list = async (query: string) => (await ask('GET', `/servers?${query}`)).body
  expect(await list('per_page=50')).toMatchObject({ servers: [], meta: { pagination: { total_entries: 0 } } })
  await clock.advance(20_000)
  const { servers, meta } = await list('per_page=50&page=2')
  expect(servers).toHaveLength(10)
  expect(meta.pagination).toMatchObject({
    previous_page: 1,
    next_page: null,
    last_page: 2,
    total_entries: 60,
  })
  expect((await list('name=n7')).servers).toMatchObject([{ name: 'n7' }])
  for (const [selector, count] of [
    ['wp.autoscaler/pool==one', 30],
    ['wp.autoscaler/pool!=one,wp.autoscaler/pool', 30],
    ['wp.autoscaler/pool in (one,two)', 60],
    ['wp.autoscaler/pool notin (one)', 30],
    ['!wp.autoscaler/pool', 0],
  ] as const) {
    const found = await list(`label_selector=${encodeURIComponent(selector)}`)
    expect(found.meta.pagination.total_entries, selector).toBe(count)
  }
  expect((await ask('GET', '/servers?per_page=51')).status).toBe(422)
})

test('requests are counted, and come back one a second', async () => {
  const { clock, ask } = setUp({ rateLimit: { burst: 2, perSecond: 1 } })
  const first = await ask('GET', '/pricing')
  const head = (name: string) => Number(first.headers.get(name))
  expect([head('ratelimit-limit'), head('ratelimit-remaining')]).toEqual([2, 1])
  expect(head('ratelimit-reset')).toBe(clock.now() / 1_000 + 1)
  await ask('GET', '/pricing')
  expect(await ask('GET', '/pricing')).toMatchObject({
    status: 429,
    body: { error: { code: 'rate_limit_exceeded' } },
  })
  await clock.advance(1_000)
  expect((await ask('GET', '/pricing')).status).toBe(200)
})

test('datacenters are gone', async () => {
  expect(await setUp().ask('GET', '/datacenters')).toMatchObject({ status: 410 })
})

test('it is served on a port as well, mishaps included', async () => {
  const { cloud } = setUp()
  const { url, close } = await serveHetzner(cloud)
  const headers = { authorization: `Bearer ${TOKEN}` }
  cloud.faults.add({ path: '/servers', kind: 'answer', status: 200, type: 'text/html', body: '<html>' })
  expect(await (await fetch(`${url}/servers`, { headers })).text()).toBe('<html>')
  cloud.faults.add({ path: '/servers', kind: 'reset' })
  await expect(fetch(`${url}/servers`, { headers })).rejects.toThrow()
  expect(await (await fetch(`${url}/locations`, { headers })).json()).toMatchObject({
    locations: [{ name: 'fsn1' }, { name: 'nbg1' }, { name: 'hel1' }, { name: 'ash' }],
  })
  await close()
})
