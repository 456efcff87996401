import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-abc123'

describe('a server', () => {
  test('is ordered with the agent’s name, our mark and the user data, and is listed with facts', async () => {
    const { clock, cloud, open, inTime } = anAccount({ startMs: 5000 })
    const provider = await open({ presetId: ['2447', '2453'] })
    expect(await provider.offerings?.(call())).toEqual([
      { id: '2447', hourlyPrice: { amount: 0.7514, currency: 'RUB' } },
      { id: '2453', hourlyPrice: { amount: 2.459, currency: 'RUB' } },
    ])
    const agent = { ...deployment(NAME), offering: '2453' }
    await inTime(provider.deployAgent(agent, call()))
    expect(cloud.find(NAME)).toMatchObject({
      comment: `wp.autoscaler/pool=1 wp.autoscaler/agent=${NAME}`,
      cloudInit: agent.userData,
      preset: { id: 2453 },
      hostname: NAME,
    })
    const { createdAt = 0 } = cloud.find(NAME) ?? {}
    const facts = { name: NAME, offering: '2453', hourlyPrice: { amount: 2.459, currency: 'RUB' } }
    const listed = (await inTime(provider.listDeployedAgents!(call())))[0]
    expect(listed).toMatchObject({ ...facts, state: 'starting' })
    expect(Math.abs((listed?.createdAt ?? 0) - createdAt)).toBeLessThan(1000)
    await clock.advance(10_000)
    expect(await inTime(provider.listDeployedAgents!(call()))).toMatchObject([{ state: 'running' }])
  })

  test.each([
    ['off', 'stopped'],
    ['software_install', 'starting'],
    ['turning_off', 'stopping'],
    ['no_paid', 'unknown'],
    ['a-status-of-next-year', 'unknown'],
  ])('with the status %s is %s', async (status, state) => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    cloud.setStatus(NAME, status)
    expect(await inTime(provider.listDeployedAgents!(call()))).toMatchObject([{ name: NAME, state }])
  })

  test('that somebody renamed stays the pool’s, under the agent’s name, and is ended', async () => {
    const { cloud, logged, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    cloud.rename(NAME, 'do-not-touch')
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([NAME])
    expect(logged.filter((line) => line.includes('renamed'))).toHaveLength(1)
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.servers).toEqual([])
  })

  test('whose comment somebody cleared is theirs', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    cloud.comment(NAME, 'mine')
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([])
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.servers).toHaveLength(1)
  })

  test('that somebody deleted by hand is ended with success, and its address with it', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    cloud.vanish(NAME)
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.servers).toEqual([])
  })

  test('of another pool is not seen, though its name begins as ours do', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    cloud.plant(NAME, 'somebody’s')
    cloud.plant('pool-1-agent-b-agent-c', 'wp.autoscaler/pool=1-agent-b')
    cloud.plant('pool-2-agent-x', 'wp.autoscaler/pool=2')
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([])
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.servers).toHaveLength(3)
    await expect(inTime(provider.deployAgent(deployment(NAME), call()))).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('left alone'),
    })
  })

  test('is listed however many there are', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    for (let i = 0; i < 230; i++) cloud.plant(`pool-1-agent-n${i}`, 'wp.autoscaler/pool=1, by hand')
    for (let i = 0; i < 30; i++) cloud.plant(`other-${i}`)
    expect(await inTime(provider.listDeployedAgentNames(call()))).toHaveLength(230)
  })
})

test('a list that ends before its total is unknown, not short', async () => {
  const { cloud, open, inTime } = anAccount()
  const provider = await open()
  cloud.faults.add({
    kind: 'answer',
    path: '/api/v1/servers',
    status: 200,
    body: { servers: [], meta: { total: 7 } },
  })
  await expect(inTime(provider.listDeployedAgentNames(call()))).rejects.toMatchObject({
    kind: 'unexpected-answer',
  })
})
