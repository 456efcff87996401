import { describe, expect, it } from 'vitest'
import { OfferingUnavailable, QuotaExceeded, Transient } from '../ports/errors.ts'
import { describeProvider } from './describe-provider.ts'
import { FakeCloud, type FakeCloudOptions } from './fake-cloud.ts'
import { createFakeProvider } from './fake-provider.ts'
import { ManualClock } from './manual-clock.ts'

const pool = { id: '1' }

function aCloud(options: Omit<FakeCloudOptions, 'clock'> = {}) {
  const clock = new ManualClock()
  const cloud = new FakeCloud({ clock, ...options })
  return { clock, cloud, provider: createFakeProvider(cloud, { pool: pool.id }) }
}

for (const [title, options] of [
  ['the fake', {}],
  ['the fake whose list lags', { listLagMs: 3_000 }],
  [
    'the fake with offerings',
    { offerings: [{ id: 'small', hourlyPrice: { amount: 0.01, currency: 'EUR' } }] },
  ],
] as const) {
  describeProvider(title, {
    create: () => {
      const { clock, cloud, provider } = aCloud(options)
      return {
        provider,
        pool,
        clock,
        eventually: { withinMs: 5_000, everyMs: 500, wait: (ms) => clock.advance(ms) },
        plantForeign: async (name) => {
          cloud.plant({ name })
          return () => cloud.machine(name) !== undefined
        },
        breakCloud: () => cloud.goDown(),
      }
    },
  })
}

describe('the conformance kit', () => {
  const create = () => ({ provider: aCloud().provider, pool })

  it('refuses to skip a test that it does not have', () => {
    const skip = [{ test: 'is perfect', because: 'nobody is' }]
    expect(() => describeProvider('x', { create, skip })).toThrow('no test "is perfect"')
  })

  it('refuses to skip a test without a reason', () => {
    const skip = [{ test: 'starts with no machine', because: ' ' }]
    expect(() => describeProvider('x', { create, skip })).toThrow('without a reason')
  })
})

describe('the fake cloud', () => {
  const { signal } = new AbortController()
  const machine = { name: 'pool-1-agent-aaaaaa' }

  it('refuses once, having made nothing', async () => {
    const { cloud } = aCloud()
    cloud.failNext('create', new OfferingUnavailable('sold out'))
    await expect(cloud.create(machine, signal)).rejects.toThrow('sold out')
    expect(cloud.machines).toEqual([])
    await cloud.create(machine, signal)
    expect(cloud.machines).toHaveLength(1)
  })

  it('acts, and loses its answer', async () => {
    const { cloud } = aCloud()
    cloud.loseAnswer('create')
    await expect(cloud.create(machine, signal)).rejects.toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
    expect(cloud.machines).toHaveLength(1)
  })

  it('hangs until its caller gives up', async () => {
    const { cloud } = aCloud()
    const controller = new AbortController()
    cloud.hangNext('list')
    const listing = cloud.list(controller.signal)
    controller.abort(new Transient('late'))
    await expect(listing).rejects.toThrow('late')
    expect(await cloud.list(signal)).toEqual([])
  })

  it('boots a machine after a while, and lets its agent end with it', async () => {
    const agents = new Set<string>()
    const { clock, cloud } = aCloud({
      bootDelayMs: 30_000,
      onBoot: ({ name }) => {
        agents.add(name)
        return () => agents.delete(name)
      },
    })
    await cloud.create(machine, signal)
    await clock.advance(29_999)
    expect(cloud.machine(machine.name)?.state).toBe('starting')
    await clock.advance(1)
    expect(cloud.machine(machine.name)?.state).toBe('running')
    expect([...agents]).toEqual([machine.name])
    await cloud.remove(machine.name, signal)
    expect([...agents]).toEqual([])
  })

  it('never boots a machine that was ended before', async () => {
    let booted = 0
    const { clock, cloud } = aCloud({
      bootDelayMs: 30_000,
      onBoot: () => {
        booted++
        return undefined
      },
    })
    await cloud.create(machine, signal)
    await cloud.remove(machine.name, signal)
    await clock.advance(60_000)
    expect(booted).toBe(0)
  })

  it('lists late: neither what is new, nor without what has just gone', async () => {
    const { clock, cloud } = aCloud({ listLagMs: 5_000 })
    await cloud.create(machine, signal)
    expect(await cloud.list(signal)).toHaveLength(0)
    await clock.advance(5_000)
    await cloud.remove(machine.name, signal)
    expect(await cloud.list(signal)).toHaveLength(1)
    await clock.advance(5_000)
    expect(await cloud.list(signal)).toHaveLength(0)
  })

  it('hides a machine for a while', async () => {
    const { clock, cloud } = aCloud()
    await cloud.create(machine, signal)
    cloud.hide(machine.name, 7_000)
    expect(await cloud.list(signal)).toHaveLength(0)
    await clock.advance(7_000)
    expect(await cloud.list(signal)).toHaveLength(1)
  })

  it('keeps to its quota, and remembers the most that there ever were', async () => {
    const { cloud } = aCloud({ quota: 1 })
    await cloud.create(machine, signal)
    const another = cloud.create({ name: 'pool-1-agent-bbbbbb' }, signal)
    await expect(another).rejects.toBeInstanceOf(QuotaExceeded)
    await cloud.remove(machine.name, signal)
    expect(cloud.peak).toBe(1)
  })
})
