import { renderCloudInit, seededRandom } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import type { MachineOrder } from '../cloud/cloud-machine.ts'
import { EmulatedTimeweb } from './emulated-timeweb.ts'
import { serveTimeweb } from './serve-timeweb.ts'
import type { EmulatedTimewebOptions } from './settings.ts'
import { timewebFetch } from './timeweb-fetch.ts'

const ORDER = { name: 'box', os_id: 99, preset_id: 2447, network: { floating_ip: 'create_ip' } }

function aCloud(settings: Partial<EmulatedTimewebOptions> = {}) {
  const clock = new ManualClock()
  const cloud = new EmulatedTimeweb({ clock, random: seededRandom(1), ...settings })
  const fetch = timewebFetch(cloud)
  const ask = async (method: string, path: string, body?: object, token = 'timeweb-token') => {
    const response = await fetch(`http://timeweb.invalid/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: new AbortController().signal,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, text, json: text === '' ? undefined : JSON.parse(text) }
  }
  return { clock, cloud, ask }
}

describe('a server', () => {
  test('is installed, boots, and runs the agent of the user data that was sent', async () => {
    const booted: MachineOrder[] = []
    const gone: string[] = []
    const { clock, ask } = aCloud({
      startMs: 10_000,
      bootMs: 30_000,
      onBoot: (machine) => {
        booted.push(machine)
        return { vanish: () => gone.push(machine.name) }
      },
    })
    const environment = { WOODPECKER_SERVER: 'ci.invalid:9000', WOODPECKER_AGENT_SECRET: 's3cret' }
    const image = 'woodpeckerci/woodpecker-agent:latest'
    const cloud_init = renderCloudInit({ name: 'box', poolId: '1', image, environment, labels: {} })
    const { status, json } = await ask('POST', '/servers', { ...ORDER, cloud_init })
    expect([status, json.server.status, json.server.networks]).toEqual([201, 'installing', []])
    expect(json.server.root_pass).not.toBe('')
    await clock.advance(10_000)
    const installed = (await ask('GET', `/servers/${json.server.id}`)).json.server
    expect(installed.status).toBe('on')
    expect(installed.networks[0].ips[0].id).toMatch(/^[0-9a-f-]{36}$/)
    expect(booted).toEqual([])
    await clock.advance(20_000)
    expect(booted).toMatchObject([{ name: 'box', environment, offering: { id: '2447' } }])
    expect((await ask('DELETE', `/servers/${json.server.id}`)).status).toBe(204)
    expect(gone).toEqual(['box'])
  })

  test('without an agent in its user data runs nothing', async () => {
    const { clock, ask } = aCloud({ onBoot: () => expect.fail('it booted an agent') })
    await ask('POST', '/servers', { ...ORDER, cloud_init: '#!/bin/sh\ntrue\n' })
    await clock.advance(60_000)
  })

  test('is made again by each order: names are not unique', async () => {
    const { cloud, ask } = aCloud()
    await ask('POST', '/servers', ORDER)
    await ask('POST', '/servers', ORDER)
    expect(cloud.servers.map(({ name }) => name)).toEqual(['box', 'box'])
  })

  test('leaves its address behind, which is paid on', async () => {
    const { cloud, ask } = aCloud()
    const { json } = await ask('POST', '/servers', ORDER)
    await ask('DELETE', `/servers/${json.server.id}`)
    const paid = cloud.cost()
    const [ip] = (await ask('GET', '/floating-ips')).json.ips
    expect(ip).toMatchObject({ resource_id: null, resource_type: null })
    expect((await ask('DELETE', `/floating-ips/${ip.id}`)).status).toBe(204)
    expect((await ask('DELETE', `/floating-ips/${ip.id}`)).status).toBe(404)
    expect(cloud.cost()).toBeLessThan(paid)
  })

  test('is missing from lists for a while, and found by its id', async () => {
    const { clock, ask } = aCloud({ listLagMs: 20_000 })
    const { json } = await ask('POST', '/servers', ORDER)
    expect((await ask('GET', '/servers')).json).toMatchObject({ servers: [], meta: { total: 0 } })
    expect((await ask('GET', `/servers/${json.server.id}`)).status).toBe(200)
    await clock.advance(20_000)
    expect((await ask('GET', '/servers')).json.servers).toHaveLength(1)
  })
})

test('lists have pages', async () => {
  const { cloud, ask } = aCloud()
  for (let i = 0; i < 130; i++) cloud.plant(`box-${i}`)
  const { json } = await ask('GET', '/servers?limit=100&offset=100')
  expect([json.servers.length, json.meta.total]).toEqual([30, 130])
})

describe('deleting with a token that may not', () => {
  const tokens = [{ token: 'timeweb-token', rights: 'all', isAbleToDelete: false }] as const

  test('waits for a code, and deletes nothing', async () => {
    const { cloud, ask } = aCloud({ tokens })
    const { id } = cloud.plant('box')
    const { status, json } = await ask('DELETE', `/servers/${id}`)
    expect([status, json.server_delete.hash]).toEqual([200, `confirm-${id}`])
    expect(cloud.servers).toHaveLength(1)
  })

  test('by SMS is locked', async () => {
    const { cloud, ask } = aCloud({ tokens, confirmation: 'sms' })
    expect((await ask('DELETE', `/servers/${cloud.plant('box').id}`)).status).toBe(423)
    expect(cloud.servers).toHaveLength(1)
  })
})

describe('refusals', () => {
  test('have Timeweb’s form: all that is wrong with an order at once', async () => {
    const { status, json } = await aCloud().ask('POST', '/servers', { name: '', os_id: 1 })
    expect(status).toBe(400)
    expect(json).toMatchObject({
      status_code: 400,
      error_code: 'bad_request',
      response_id: expect.any(String),
    })
    expect(json.message.length).toBeGreaterThan(2)
  })

  test('of an unknown token are empty', async () => {
    expect(await aCloud().ask('GET', '/servers', undefined, 'x')).toMatchObject({ status: 401, text: '' })
  })

  test.each([
    ['no money', { balance: 0 }, () => {}, 403],
    ['the limit', { serverLimit: 0 }, () => {}, 403],
    ['no capacity', {}, (cloud: EmulatedTimeweb) => cloud.sellOut(2447), 409],
    ['a minute of 429', {}, (cloud: EmulatedTimeweb) => cloud.throttle(60_000), 429],
  ])('%s', async (_, settings, arrange, expected) => {
    const { cloud, ask } = aCloud(settings)
    arrange(cloud)
    expect((await ask('POST', '/servers', ORDER)).status).toBe(expected)
    expect(cloud.servers).toEqual([])
  })
})

test('who asks well above 2 a second is shut out: connections time out, and nothing happens', async () => {
  const { clock, cloud, ask } = aCloud({ edge: { perSecond: 4, burst: 12, banMs: 60_000 } })
  const results = Array.from({ length: 20 }, () =>
    ask('GET', '/servers').then(
      () => 'came',
      () => 'timed out',
    ),
  )
  await clock.advance(10_000)
  expect((await Promise.all(results)).filter((result) => result === 'came')).toHaveLength(12)
  expect(cloud.edge.bans).toBe(1)
  const order = ask('POST', '/servers', ORDER).catch((error: Error) => error.cause)
  await clock.advance(10_000)
  expect(await order).toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' })
  expect(cloud.servers).toEqual([])
  await clock.advance(40_000)
  expect((await ask('GET', '/servers')).status).toBe(200)
})

test('it is there over HTTP, too', async () => {
  const clock = new ManualClock()
  const cloud = new EmulatedTimeweb({ clock, random: seededRandom(1) })
  const { url, close } = await serveTimeweb(cloud)
  try {
    const headers = { authorization: 'Bearer timeweb-token' }
    const response = await fetch(`${url}/api/v1/os/servers`, { headers })
    expect(((await response.json()) as { servers_os: object[] }).servers_os).toHaveLength(3)
    cloud.faults.add({ kind: 'answer', path: '/servers', status: 502, body: '<html>', type: 'text/html' })
    const page = await fetch(`${url}/api/v1/servers`, { headers })
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html'])
    cloud.faults.add({ kind: 'lose-answer', path: '/servers' })
    await expect(
      fetch(`${url}/api/v1/servers`, { method: 'POST', headers, body: JSON.stringify(ORDER) }),
    ).rejects.toThrow()
    expect(cloud.servers).toHaveLength(1)
  } finally {
    await close()
  }
})
