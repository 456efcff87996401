import { OfferingUnavailable, QuotaExceeded, seededRandom, Transient } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { EmulatedWoodpecker } from '../woodpecker/emulated-woodpecker.ts'
import { agentsOnMachines } from './agents-on-machines.ts'
import { EmulatedCloud, type EmulatedCloudOptions } from './emulated-cloud.ts'
import { createEmulatedCloudProvider } from './provider.ts'

const HOUR_MS = 3_600_000
const small = { id: 'small', hourlyPrice: { amount: 0.01, currency: 'EUR' } }
const big = { id: 'big', hourlyPrice: { amount: 0.04, currency: 'EUR' } }
const call = { signal: new AbortController().signal }

function setUp(options: Partial<EmulatedCloudOptions> = {}) {
  const clock = new ManualClock()
  const random = seededRandom(1)
  const server = new EmulatedWoodpecker({ clock, random })
  const cloud = new EmulatedCloud({
    clock,
    random,
    offerings: [small, big],
    billing: 'second',
    bootMs: 30_000,
    onBoot: agentsOnMachines({ clock, random, link: (token) => server.link(token) }),
    ...options,
  })
  const provider = createEmulatedCloudProvider(cloud, 'pool-1-agent-')
  const deploy = (suffix: string, offering?: string) => {
    const name = `pool-1-agent-${suffix}`
    const { token } = server.records.create({ name, no_schedule: false }, 1)
    const environment = { WOODPECKER_AGENT_SECRET: token, WOODPECKER_MAX_WORKFLOWS: '2' }
    return provider.deployAgent(
      { name, pool: '1', environment, image: '', userData: '', ...(offering ? { offering } : {}) },
      call,
    )
  }
  return { clock, server, cloud, provider, deploy }
}

test('a machine boots, runs its agent, and the agent takes work', async () => {
  const { clock, server, provider, deploy } = setUp()
  await deploy('a')
  const pipeline = server.createPipeline({ repo: 'acme/app', workflows: [{}, {}] })
  await clock.advance(29_000)
  expect(await provider.listDeployedAgents!(call)).toMatchObject([{ state: 'starting', offering: 'small' }])
  await clock.advance(3000)
  expect(pipeline.status).toBe('success')
  expect(await provider.listDeployedAgents!(call)).toMatchObject([{ state: 'running' }])
})

test('a second order with the same name, and the end of what is gone, do nothing', async () => {
  const { cloud, provider, deploy } = setUp()
  await deploy('a')
  await deploy('a')
  expect(cloud.machines).toHaveLength(1)
  await provider.removeAgent('pool-1-agent-a', call)
  await provider.removeAgent('pool-1-agent-a', call)
  expect(cloud.machines).toHaveLength(0)
})

test('the end of a machine loses its work, and leaves ghosts at the server', async () => {
  const { clock, server, provider, deploy } = setUp({ bootMs: 0 })
  await deploy('a')
  const pipeline = server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs: 60_000 }] })
  await clock.advance(2000)
  await provider.removeAgent('pool-1-agent-a', call)
  await clock.advance(100_000)
  expect(pipeline.status).toBe('running')
  expect(server.info().stats).toMatchObject({ worker_count: 1, pending_count: 0, running_count: 0 })
  expect(server.log.lines).toContain('pull queue item: 1: not found in backup, dropping stale task')
})

test('seconds are paid as they are, hours as they begin', async () => {
  for (const [billing, amount] of [
    ['second', 0.015],
    ['hour', 0.02],
  ] as const) {
    const { clock, cloud, provider, deploy } = setUp({ billing })
    await deploy('a')
    await clock.advance(1.5 * HOUR_MS)
    await provider.removeAgent('pool-1-agent-a', call)
    await clock.advance(HOUR_MS)
    expect(cloud.cost().amount).toBeCloseTo(amount, 9)
    expect(cloud.machineMs()).toBe(1.5 * HOUR_MS)
  }
})

test('an offering that is sold out and a quota are refused by their own errors', async () => {
  const { cloud, deploy } = setUp({ quota: 1 })
  cloud.sellOut('small')
  await expect(deploy('a')).rejects.toThrow(OfferingUnavailable)
  await deploy('b', 'big')
  await expect(deploy('c', 'big')).rejects.toThrow(QuotaExceeded)
  expect(cloud.machines.map(({ name }) => name)).toEqual(['pool-1-agent-b'])
})

test('a call may fail before it acts, or after, or hang until it is aborted', async () => {
  const { cloud, deploy, provider } = setUp()
  cloud.failNext('create', new Transient('no'))
  cloud.failNext('create', { kind: 'after', error: new Transient('answer lost', { mayHaveActed: true }) })
  await expect(deploy('a')).rejects.toThrow('no')
  expect(cloud.machines).toHaveLength(0)
  await expect(deploy('a')).rejects.toThrow('answer lost')
  expect(cloud.machines).toHaveLength(1)
  cloud.failNext('list', { kind: 'hang' })
  const patience = new AbortController()
  const listing = provider.listDeployedAgentNames({ signal: patience.signal })
  patience.abort(new Error('too late'))
  await expect(listing).rejects.toThrow('too late')
})

test('lists are late with a new machine, and miss one for a while', async () => {
  const { clock, cloud, provider, deploy } = setUp({ listLagMs: 5000 })
  await deploy('a')
  expect(await provider.listDeployedAgentNames(call)).toEqual([])
  await clock.advance(5000)
  expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-1-agent-a'])
  cloud.hide('pool-1-agent-a', 7000)
  expect(await provider.listDeployedAgentNames(call)).toEqual([])
  await clock.advance(7000)
  expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-1-agent-a'])
})

test('a machine may never boot, be powered off and on, or vanish', async () => {
  const { clock, server, cloud, provider, deploy } = setUp()
  cloud.failBoots(1)
  await deploy('a')
  await deploy('b')
  await clock.advance(60_000)
  const workers = () => server.info().stats.worker_count
  expect(workers()).toBe(2)
  cloud.powerOff('pool-1-agent-b')
  expect(await provider.listDeployedAgents!(call)).toMatchObject([
    { state: 'starting' },
    { state: 'stopped' },
  ])
  cloud.powerOn('pool-1-agent-b')
  await clock.advance(60_000)
  expect(await provider.listDeployedAgents!(call)).toMatchObject([
    { state: 'starting' },
    { state: 'running' },
  ])
  cloud.vanish('pool-1-agent-b')
  expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-1-agent-a'])
})
