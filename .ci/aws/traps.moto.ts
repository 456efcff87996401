import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AwsProvider } from '../../packages/provider-aws/src/aws-provider.ts'
import { anAgent, aPool, call } from './a-pool.ts'
import { MotoAccount, motoUrl } from './moto-account.ts'
import { MotoProxy } from './moto-proxy.ts'

const NAME = 'pool-1-agent-aaaaaa'

interface Here {
  account: MotoAccount
  proxy: MotoProxy
  provider: AwsProvider
}

beforeEach<Here>(async (here) => {
  here.account = new MotoAccount(motoUrl(), 'eu-north-1')
  here.proxy = await MotoProxy.start(motoUrl())
  here.provider = aPool({ endpoint: here.proxy.url, region: here.account.region })
})

afterEach<Here>(async ({ account, proxy, provider }) => {
  await provider.close?.()
  await proxy.close()
  await account.endAll()
})

test<Here>('an answer that was lost, and a list that is late, make no second machine', async ({
  account,
  proxy,
  provider,
}) => {
  proxy.listLagMs = 20_000
  proxy.answersToLose = 3
  await expect(provider.deployAgent(anAgent(NAME), call)).rejects.toMatchObject({ mayHaveActed: true })
  const restarted = aPool({ endpoint: proxy.url, region: account.region })
  await restarted.deployAgent(anAgent(NAME), call)
  await restarted.close?.()
  expect(await account.there()).toHaveLength(1)
})

test<Here>('subnets, types and markets without room are passed by', async ({ account, proxy }) => {
  const subnets = await account.subnets()
  const provider = aPool({
    endpoint: proxy.url,
    region: account.region,
    options: { subnets, useSpotInstances: true, spotFallback: true, instanceType: ['t3.large', 't3.xlarge'] },
  })
  proxy.soldOut.add('t3.large').add(subnets[0]!)
  const offerings = await provider.offerings!(call)
  const [first, second] = offerings.map(({ id }) => id)
  await expect(provider.deployAgent(anAgent(NAME, { offering: first! }), call)).rejects.toMatchObject({
    kind: 'offering-unavailable',
  })
  await provider.deployAgent(anAgent(NAME, { offering: second! }), call)
  expect(await account.there()).toMatchObject([{ name: NAME, type: 't3.xlarge' }])
  await provider.close?.()
})

test.each([
  ['InsufficientInstanceCapacity', 500, 'offering-unavailable'],
  ['VcpuLimitExceeded', 400, 'quota-exceeded'],
  ['RequestLimitExceeded', 503, 'rate-limited'],
])('%s is told once, not after the SDK’s own repetitions', async (code, status, kind) => {
  const proxy = await MotoProxy.start(motoUrl())
  const provider = aPool({ endpoint: proxy.url, region: 'eu-north-1' })
  proxy.refuse('RunInstances', code, status)
  await expect(provider.deployAgent(anAgent(NAME), call)).rejects.toMatchObject({ kind, mayHaveActed: false })
  expect(proxy.count('RunInstances')).toBe(1)
  await provider.close?.()
  await proxy.close()
})

test<Here>('a machine that ended does not start again, and its name may have a new one', async ({
  account,
  provider,
}) => {
  await provider.deployAgent(anAgent('pool-1-agent-again'), call)
  await provider.stopAgent!('pool-1-agent-again', call)
  await provider.startAgent!('pool-1-agent-again', call)
  await provider.removeAgent('pool-1-agent-again', call)
  await expect(provider.startAgent!('pool-1-agent-again', call)).rejects.toMatchObject({ kind: 'rejected' })
  await provider.deployAgent(anAgent('pool-1-agent-again'), call)
  expect(
    (await account.machines()).filter(({ name }) => name === 'pool-1-agent-again').map(({ state }) => state),
  ).toEqual(['terminated', 'running'])
})

test<Here>('standing machines are started and stopped, and never ended', async ({ account, proxy }) => {
  const ids = [
    await account.plant({ Name: 'box' }),
    await account.plant({ Name: NAME, 'wp.autoscaler/pool': '1' }),
  ]
  const provider = aPool({
    endpoint: proxy.url,
    region: account.region,
    options: { instanceType: [], instanceId: ids },
  })
  for (const id of ids) await provider.standing.stop(id, call)
  expect((await provider.standing.list(call)).map(({ state }) => state)).toEqual(['stopped', 'stopped'])
  await provider.standing.start(ids[0]!, call)
  await provider.removeAgent(NAME, call)
  expect(await provider.listDeployedAgentNames(call)).toEqual([])
  expect((await provider.standing.list(call)).map(({ state }) => state)).toEqual(['running', 'stopped'])
  await provider.close?.()
})

test<Here>('what there is to choose from comes in pages', async ({ provider }) => {
  const [table] = await provider.catalogue!(call)
  expect(table!.rows.length).toBeGreaterThan(300)
  const spotPrice = table!.columns.indexOf('spot/h')
  expect(table!.rows.filter((row) => row[spotPrice]!.includes('USD')).length).toBeGreaterThan(0)
  expect(await provider.check!(call)).toMatch(
    /^t3\.large:eu-north-1 with al2023-ami.* 0 machines of the pool 1$/,
  )
})
