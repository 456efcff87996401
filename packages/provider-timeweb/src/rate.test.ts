import type { TimewebExchange } from '@woodpeckers/autoscaler-emulators'
import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'

function recorded(cloud: ReturnType<typeof anAccount>['cloud']): TimewebExchange[] {
  const exchanges: TimewebExchange[] = []
  cloud.onExchange = (exchange) => exchanges.push(exchange)
  return exchanges
}

describe('requests', () => {
  test('50 servers wanted at once are ordered at 2 a second, in bursts of 3, and none is lost', async () => {
    const { clock, cloud, open, inTime } = anAccount({ edge: { perSecond: 2, burst: 3, banMs: 60_000 } })
    const provider = await open()
    await clock.advance(10_000)
    await inTime(provider.listDeployedAgentNames(call()))
    await clock.advance(10_000)
    const exchanges = recorded(cloud)
    const startedAt = clock.now()
    const names = Array.from({ length: 50 }, (_, i) => `pool-1-agent-n${i}`)
    await inTime(Promise.all(names.map((name) => provider.deployAgent(deployment(name), call()))))
    expect(cloud.servers).toHaveLength(50)
    expect(cloud.edge.bans).toBe(0)
    expect(exchanges.map(({ method }) => method)).toEqual(Array(50).fill('POST'))
    expect(exchanges.at(-1)!.at - startedAt).toBeLessThanOrEqual(24_500)
  })

  test('of all pools and tokens go through one limiter: the ban would be the address’s', async () => {
    const tokens = ['a', 'b'].map((token) => ({ token, rights: 'all', isAbleToDelete: true }) as const)
    const edge = { perSecond: 2, burst: 3, banMs: 60_000 }
    const { cloud, open, inTime } = anAccount({ edge, tokens })
    const pools = ['1', '2', '3', '4']
    const providers = await Promise.all(
      pools.map((pool, i) => open({ apiToken: tokens[i % 2]!.token }, pool)),
    )
    await inTime(Promise.all(providers.map((provider) => provider.listDeployedAgentNames(call()))))
    expect(cloud.edge.bans).toBe(0)
  })

  test('of a tick are one list, however many servers there are to the page', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const provider = await open()
    for (let i = 0; i < 40; i++) cloud.plant(`pool-1-agent-n${i}`, 'wp.autoscaler/pool=1')
    await inTime(provider.listDeployedAgents!(call()))
    const exchanges = recorded(cloud)
    for (let tick = 0; tick < 5; tick++) {
      await clock.advance(10_000)
      await inTime(provider.listDeployedAgents!(call()))
    }
    expect(exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(5).fill('GET /api/v1/servers'),
    )
  })

  test('of several removals share their list', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    const names = Array.from({ length: 8 }, (_, i) => `pool-1-agent-n${i}`)
    for (const name of names) cloud.plant(name, 'wp.autoscaler/pool=1')
    const exchanges = recorded(cloud)
    await inTime(Promise.all(names.map((name) => provider.removeAgent(name, call()))))
    expect(cloud.servers).toEqual([])
    const lists = exchanges.filter(({ method, path }) => method === 'GET' && path === '/api/v1/servers')
    expect(lists).toHaveLength(1)
  })
})

describe('when the edge shuts us out', () => {
  test('connections that time out count as throttling, and everybody waits', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const provider = await open()
    cloud.edge.ban(60_000)
    const exchanges = recorded(cloud)
    await expect(inTime(provider.deployAgent(deployment('pool-1-agent-a'), call()))).rejects.toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 30_000,
      mayHaveActed: false,
    })
    const pausedAt = clock.now()
    await expect(inTime(provider.listDeployedAgentNames(call()))).rejects.toMatchObject({
      kind: 'rate-limited',
    })
    expect(clock.now() - pausedAt).toBeGreaterThanOrEqual(29_000)
    await inTime(provider.deployAgent(deployment('pool-1-agent-a'), call()))
    expect(cloud.servers).toHaveLength(1)
    expect(exchanges.length).toBeLessThanOrEqual(3)
  })

  test('a kept connection on which nothing comes counts too', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const provider = await open()
    cloud.faults.add({ kind: 'hang', method: 'POST', path: '/api/v1/servers' })
    const startedAt = clock.now()
    await expect(inTime(provider.deployAgent(deployment('pool-1-agent-a'), call()))).rejects.toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
    expect(cloud.servers).toEqual([])
    // Its deadline, then the pause, and only then the look whether it was made after all.
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(59_000)
  })

  test('429 for a minute is waited out, asked about every 10 s', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    cloud.throttle(60_000)
    const exchanges = recorded(cloud)
    for (let attempt = 0; attempt < 20 && cloud.servers.length === 0; attempt++) {
      await inTime(provider.deployAgent(deployment('pool-1-agent-a'), call())).catch((error) => {
        expect(error).toMatchObject({ kind: 'rate-limited' })
      })
    }
    expect(cloud.servers).toHaveLength(1)
    expect(exchanges.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(7)
  })
})
