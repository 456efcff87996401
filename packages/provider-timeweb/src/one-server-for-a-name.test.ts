import type { OutsideError } from '@woodpeckers/autoscaler-core'
import { timewebFetch } from '@woodpeckers/autoscaler-emulators'
import type { Fetch } from '@woodpeckers/autoscaler-http'
import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-abc123'

function orders(cloud: ReturnType<typeof anAccount>['cloud']): number {
  return cloud.books.filter(({ name }) => name === NAME).length
}

describe('never two servers for one name', () => {
  test.each(['lose-answer', 'cut-off'] as const)(
    'when the answer to the order is lost (%s): it is looked up, and taken',
    async (kind) => {
      const { cloud, open, inTime } = anAccount()
      const provider = await open()
      cloud.faults.add({ kind, method: 'POST', path: '/api/v1/servers' })
      await inTime(provider.deployAgent(deployment(NAME), call()))
      await inTime(provider.deployAgent(deployment(NAME), call()))
      expect(orders(cloud)).toBe(1)
    },
  )

  test('when the answer is lost and the list that would show the server cannot be read: it may be there', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment('pool-1-agent-before'), call()))
    cloud.faults.add({ kind: 'lose-answer', method: 'POST', path: '/api/v1/servers' })
    cloud.faults.add({ kind: 'cut-off', method: 'GET', path: '/api/v1/servers' })
    await expect(inTime(provider.deployAgent(deployment(NAME), call()))).rejects.toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
    expect(orders(cloud)).toBe(1)
  })

  test('when the answer is lost and lists are late: not sent again before it must have appeared', async () => {
    const { clock, cloud, open, inTime } = anAccount({ listLagMs: 20_000 })
    const provider = await open()
    cloud.faults.add({ kind: 'lose-answer', method: 'POST', path: '/api/v1/servers' })
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(inTime(provider.deployAgent(deployment(NAME), call()))).rejects.toMatchObject({
        kind: 'transient',
        mayHaveActed: true,
      })
    }
    await clock.advance(20_000)
    await inTime(provider.deployAgent(deployment(NAME), call()))
    expect(orders(cloud)).toBe(1)
  })

  test('when the process ends between order and answer, and a new one is asked for the same', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const before = await open()
    cloud.faults.add({ kind: 'slow', method: 'POST', path: '/api/v1/servers', delayMs: 60_000 })
    const killed = new AbortController()
    const deploying = before.deployAgent(deployment(NAME), { signal: killed.signal })
    deploying.catch(() => {})
    await clock.advance(5000)
    expect(orders(cloud)).toBe(1)
    killed.abort(new Error('killed'))
    const after = await open()
    await inTime(after.deployAgent(deployment(NAME), call()))
    expect(orders(cloud)).toBe(1)
  })

  test('when it is cut off by its deadline', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    cloud.faults.add({ kind: 'slow', method: 'POST', path: '/api/v1/servers', delayMs: 60_000 })
    await inTime(provider.deployAgent(deployment(NAME), call()))
    expect(orders(cloud)).toBe(1)
  })

  test('when lists are late and it is asked for twice', async () => {
    const { cloud, open, inTime } = anAccount({ listLagMs: 20_000 })
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await inTime(provider.deployAgent(deployment(NAME), call()))
    expect(orders(cloud)).toBe(1)
  })

  test('and one that lists do not show yet is ended all the same', async () => {
    const { cloud, open, inTime } = anAccount({ listLagMs: 20_000 })
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.servers).toEqual([])
    expect(cloud.floatingIps).toEqual([])
  })
})

test('an order that was refused for sure has not acted', async () => {
  const { cloud, open, inTime } = anAccount({ serverLimit: 0 })
  const provider = await open()
  const refused = inTime(provider.deployAgent(deployment(NAME), call())).catch((error: OutsideError) => error)
  expect(await refused).toMatchObject({ kind: 'quota-exceeded', mayHaveActed: false })
  cloud.serverLimit = 1
  await inTime(provider.deployAgent(deployment(NAME), call()))
  expect(orders(cloud)).toBe(1)
})

test('an order that a proxy has sent twice makes two servers: that is told, and both end together', async () => {
  const { cloud, open, inTime } = anAccount()
  const direct = timewebFetch(cloud)
  const twice: Fetch = async (url, init) => {
    if (init.method === 'POST' && url.endsWith('/servers')) await direct(url, init)
    return direct(url, init)
  }
  const provider = await open({}, '1', twice)
  await inTime(provider.deployAgent(deployment(NAME), call()))
  expect(orders(cloud)).toBe(2)
  expect(await inTime(provider.listDeployedAgents!(call()))).toMatchObject([{ name: NAME, copies: 2 }])
  await inTime(provider.removeAgent(NAME, call()))
  expect(cloud.servers).toEqual([])
})
