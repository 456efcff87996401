import type { CallOptions, Provider } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { type AnAccount, anAccount, call, deployment } from './an-account.test-setup.ts'

const POOLS: readonly string[] = Array.from({ length: 33 }, (_, i) => `p${i}`)

/** `GET /api/v1/servers?…` and the like, in their order. */
function requestsOf({ cloud }: AnAccount): string[] {
  const requests: string[] = []
  cloud.onExchange = ({ method, path, query }) => requests.push(`${method} ${path}?${query}`)
  return requests
}

async function openAll(account: AnAccount, pools: readonly string[]): Promise<readonly Provider[]> {
  const providers: Provider[] = []
  for (const pool of pools) providers.push(await account.open({}, pool))
  // Addresses that are left over are looked for at the first list, and then once in ten minutes.
  await account.inTime(namesOf(providers))
  return providers
}

function namesOf(providers: readonly Provider[], within: CallOptions = call()) {
  return Promise.all(providers.map((provider) => provider.listDeployedAgentNames(within)))
}

test.each([
  { each: 2, pages: 1 },
  { each: 5, pages: 2 },
])('33 pools with $each servers each cost $pages requests a tick, and each has its own', async (row) => {
  const edge = { perSecond: 2, burst: 3, banMs: 60_000 }
  const account = anAccount({ edge, answerMs: 300 })
  const { clock, cloud, inTime } = account
  const providers = await openAll(account, POOLS)
  const own = POOLS.map((pool) => Array.from({ length: row.each }, (_, i) => `pool-${pool}-agent-n${i}`))
  own.flat().forEach((name, i) => {
    cloud.plant(name, `wp.autoscaler/pool=${POOLS[Math.floor(i / row.each)]}`)
  })
  const requests = requestsOf(account)
  for (let tick = 0; tick < 6; tick++) {
    await clock.advance(10_000)
    expect(await inTime(namesOf(providers))).toEqual(own)
  }
  const pages = ['limit=100&offset=0', 'limit=100&offset=100'].slice(0, row.pages)
  const ofTick = pages.map((page) => `GET /api/v1/servers?${page}`)
  expect(requests).toEqual(Array(6).fill(ofTick).flat())
  expect(cloud.edge.bans).toBe(0)
})

test('a pool that made a server while another one’s list was under way finds it in its own', async () => {
  const account = anAccount()
  const { clock, cloud, inTime } = account
  const [one, two] = (await openAll(account, ['one', 'two'])) as [Provider, Provider]
  cloud.faults.add({ kind: 'slow', method: 'GET', path: '/api/v1/servers', delayMs: 8_000 })
  const ofOne = one.listDeployedAgentNames(call())
  await clock.advance(1_000)
  const name = 'pool-two-agent-a'
  await inTime(two.deployAgent(deployment(name, 'two'), call()))
  expect(await inTime(Promise.all([ofOne, two.listDeployedAgentNames(call())]))).toEqual([[], [name]])
})

test('and one that ended a server meanwhile does not see it any more', async () => {
  const account = anAccount()
  const { clock, cloud, inTime } = account
  const [one, two] = (await openAll(account, ['one', 'two'])) as [Provider, Provider]
  const name = 'pool-two-agent-a'
  const server = cloud.plant(name, 'wp.autoscaler/pool=two')
  cloud.faults.add({ kind: 'slow', method: 'GET', path: '/api/v1/servers', delayMs: 8_000 })
  const ofOne = one.listDeployedAgentNames(call())
  await clock.advance(1_000)
  cloud.delete(server)
  expect(await inTime(Promise.all([ofOne, two.listDeployedAgentNames(call())]))).toEqual([[], []])
})

test('a pool that gives up waiting leaves the list to the others', async () => {
  const account = anAccount()
  const { clock, cloud, inTime } = account
  const [one, two] = (await openAll(account, ['one', 'two'])) as [Provider, Provider]
  cloud.plant('pool-two-agent-a', 'wp.autoscaler/pool=two')
  cloud.faults.add({ kind: 'slow', method: 'GET', path: '/api/v1/servers', delayMs: 8_000 })
  const requests = requestsOf(account)
  const stop = new AbortController()
  const ofOne = one.listDeployedAgentNames({ signal: stop.signal })
  ofOne.catch(() => {})
  const ofTwo = two.listDeployedAgentNames(call())
  await clock.advance(1_000)
  stop.abort(new Error('late'))
  await expect(ofOne).rejects.toMatchObject({ kind: 'transient' })
  expect(await inTime(ofTwo)).toEqual(['pool-two-agent-a'])
  expect(requests).toHaveLength(1)
})

test('pools of another token have a list of their own', async () => {
  const tokens = ['a', 'b'].map((token) => ({ token, rights: 'all', isAbleToDelete: true }) as const)
  const account = anAccount({ tokens })
  const providers = await Promise.all(
    tokens.map(({ token }) => account.open({ apiToken: token }, `of-${token}`)),
  )
  await account.inTime(namesOf(providers))
  const requests = requestsOf(account)
  await account.inTime(namesOf(providers))
  expect(requests).toHaveLength(2)
})
