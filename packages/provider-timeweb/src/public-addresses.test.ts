import { describe, expect, test } from 'vitest'
import { anAccount, call, deployment } from './an-account.test-setup.ts'

const NAME = 'pool-1-agent-abc123'
const IPS = '/api/v1/floating-ips'

describe('the public address of a server', () => {
  test('comes with it, and ends with it', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    expect(cloud.floatingIps).toHaveLength(1)
    await inTime(provider.removeAgent(NAME, call()))
    expect([cloud.servers, cloud.floatingIps]).toEqual([[], []])
  })

  test('is not ordered where none is wanted', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open({ publicIp: false })
    await inTime(provider.deployAgent(deployment(NAME), call()))
    expect(cloud.floatingIps).toEqual([])
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.servers).toEqual([])
  })

  test('ends with a server that is still being installed, and does not tell its address', async () => {
    const { cloud, open, inTime } = anAccount({ startMs: 3_600_000 })
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await inTime(provider.removeAgent(NAME, call()))
    expect([cloud.servers, cloud.floatingIps]).toEqual([[], []])
  })

  test('that could not be ended is listed until it is', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    cloud.faults.add({ kind: 'answer', method: 'DELETE', path: IPS, status: 500, body: {}, times: 9 })
    await expect(inTime(provider.removeAgent(NAME, call()))).rejects.toMatchObject({ kind: 'transient' })
    cloud.faults.clear()
    expect(cloud.servers).toEqual([])
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([NAME])
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toEqual([])
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([])
  })

  test('is found again by the next process when one was killed between the server and it', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const killed = await open()
    await inTime(killed.deployAgent(deployment(NAME), call()))
    cloud.faults.add({ kind: 'hang', method: 'DELETE', path: IPS, times: Number.POSITIVE_INFINITY })
    await expect(inTime(killed.removeAgent(NAME, call()))).rejects.toThrow()
    cloud.faults.clear()
    expect([cloud.servers.length, cloud.floatingIps.length]).toEqual([0, 1])
    const next = await open()
    await inTime(next.listDeployedAgents!(call()))
    await clock.advance(6 * 60_000)
    expect(await inTime(next.listDeployedAgents!(call()))).toEqual([
      { name: NAME, state: 'stopping', isRemains: true },
    ])
    await inTime(next.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toEqual([])
  })

  test('does not keep its server, where the token may not touch it: that is an error after it', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    cloud.faults.add({ kind: 'answer', path: IPS, status: 403, body: {}, times: Number.POSITIVE_INFINITY })
    await expect(inTime(provider.removeAgent(NAME, call()))).rejects.toMatchObject({ kind: 'auth' })
    expect([cloud.servers.length, cloud.floatingIps.length]).toEqual([0, 1])
  })

  test('of others stays: bound to another server, or lying about without our mark', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    cloud.plant('somebodys-own')
    cloud.plant('was-here')
    cloud.vanish('was-here')
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await inTime(provider.removeAgent(NAME, call()))
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toHaveLength(2)
    expect(await inTime(provider.listDeployedAgentNames(call()))).toEqual([])
  })
})

describe('a server that disappears outside of our control', () => {
  test('leaves its address marked, so that it is deleted, and nothing else is', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const provider = await open()
    const list = () => inTime(provider.listDeployedAgentNames(call()))
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await list()
    expect(cloud.floatingIps).toMatchObject([{ comment: expect.stringContaining(`agent=${NAME}`) }])
    const mine = cloud.plantFloatingIp('')
    cloud.vanish(NAME)
    expect(await list()).toEqual([])
    await clock.advance(10 * 60_000)
    await list()
    await clock.advance(5 * 60_000)
    expect(await list()).toEqual([NAME])
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toEqual([mine])
    expect(await list()).toEqual([])
  })

  test('is noticed by the next process, too', async () => {
    const { clock, cloud, open, inTime } = anAccount()
    const first = await open()
    await inTime(first.deployAgent(deployment(NAME), call()))
    await inTime(first.listDeployedAgentNames(call()))
    cloud.vanish(NAME)
    const next = await open()
    await inTime(next.listDeployedAgentNames(call()))
    await clock.advance(11 * 60_000)
    expect(await inTime(next.listDeployedAgentNames(call()))).toEqual([NAME])
  })

  test('before its address was marked is reported at the start and by the check, and nothing is deleted', async () => {
    const { cloud, open, inTime, logged } = anAccount()
    const first = await open()
    await inTime(first.deployAgent(deployment(NAME), call()))
    cloud.vanish(NAME)
    const [left] = cloud.floatingIps
    const next = await open()
    await inTime(next.listDeployedAgentNames(call()))
    expect(logged.join('\n')).toContain(
      `Public address ${left?.ip} belongs to no server, and Timeweb bills it`,
    )
    expect(await inTime(next.check!(call()))).toContain(`Public address ${left?.ip} belongs to no server`)
    await inTime(next.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toHaveLength(1)
  })
})

test('an address without a mark that is left while the process runs is reported once, after a while', async () => {
  const { clock, cloud, open, inTime, logged } = anAccount()
  const provider = await open()
  await inTime(provider.deployAgent(deployment(NAME), call()))
  await inTime(provider.listDeployedAgentNames(call()))
  const left = cloud.plantFloatingIp('', undefined)
  for (let minutes = 0; minutes < 60; minutes += 5) {
    await inTime(provider.listDeployedAgentNames(call()))
    if (minutes <= 10) expect(logged.join('\n')).not.toContain(String(left.ip))
    await clock.advance(5 * 60_000)
  }
  const lines = logged.filter((line) => line.includes(`Public address ${left.ip} belongs to no server`))
  expect(lines).toHaveLength(1)
})

describe('an address that is not surely ours stays', () => {
  test('when somebody has attached it to our server', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await inTime(provider.listDeployedAgentNames(call()))
    const blank = cloud.plantFloatingIp('', NAME)
    const named = cloud.plantFloatingIp('the office', NAME)
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toEqual([blank, named])
  })

  test('when servers are ordered without one', async () => {
    const { cloud, open, inTime } = anAccount()
    const provider = await open({ publicIp: false })
    await inTime(provider.deployAgent(deployment(NAME), call()))
    const theirs = cloud.plantFloatingIp('', NAME)
    await inTime(provider.listDeployedAgentNames(call()))
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.floatingIps).toEqual([{ ...theirs, comment: '' }])
  })

  test('when somebody has attached ours to a server of theirs, for ever', async () => {
    const { clock, cloud, open, inTime, logged } = anAccount()
    const provider = await open()
    await inTime(provider.deployAgent(deployment(NAME), call()))
    await inTime(provider.listDeployedAgentNames(call()))
    const [ip] = cloud.floatingIps
    cloud.plant('somebodys-own')
    cloud.moveFloatingIp(ip!.id, 'somebodys-own')
    await clock.advance(11 * 60_000)
    await inTime(provider.listDeployedAgentNames(call()))
    expect(logged.join('\n')).toContain('was attached to another resource')
    cloud.vanish('somebodys-own')
    await inTime(provider.removeAgent(NAME, call()))
    await inTime(provider.removeAgent(NAME, call()))
    expect(cloud.floatingIps.map(({ id }) => id)).toContain(ip!.id)
  })
})

test('only looking, as plan and doctor do, writes nothing', async () => {
  const { cloud, open, inTime } = anAccount()
  await inTime((await open()).deployAgent(deployment(NAME), call()))
  const looks = await open()
  const written: string[] = []
  cloud.onExchange = ({ method }) => void (method !== 'GET' && written.push(method))
  await inTime(looks.listDeployedAgents!(call()))
  await inTime(looks.check!(call()))
  expect(written).toEqual([])
})
