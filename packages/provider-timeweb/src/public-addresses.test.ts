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
    const { cloud, open, inTime } = anAccount()
    const killed = await open()
    await inTime(killed.deployAgent(deployment(NAME), call()))
    cloud.faults.add({ kind: 'hang', method: 'DELETE', path: IPS, times: Number.POSITIVE_INFINITY })
    await expect(inTime(killed.removeAgent(NAME, call()))).rejects.toThrow()
    cloud.faults.clear()
    expect([cloud.servers.length, cloud.floatingIps.length]).toEqual([0, 1])
    const next = await open()
    expect(await inTime(next.listDeployedAgents!(call()))).toEqual([{ name: NAME, state: 'stopping' }])
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
