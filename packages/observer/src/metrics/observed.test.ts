import { OfferingUnavailable, type Provider, QueueNeedsAgent, Transient } from '@woodpeckers/autoscaler-core'
import {
  createFakeProvider,
  describeProvider,
  FakeCiServer,
  FakeCloud,
  FakeWorld,
  ManualClock,
} from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import { type CallSeen, observedProvider, observedServer } from './index.ts'

function watching(clock: ManualClock = new ManualClock()) {
  const seen: CallSeen[] = []
  const left = new Map<string, number>()
  const metrics = {
    clock,
    observeCall: (call: CallSeen) => seen.push(call),
    observeBudget: (target: string, remaining: number) => left.set(target, remaining),
  }
  return { clock, seen, left, metrics }
}

const call = { signal: new AbortController().signal }
const inTime = (seen: readonly CallSeen[]) =>
  seen.map(({ target, operation, result }) => `${target} ${operation} ${result}`)

for (const lists of ['names', 'facts'] as const)
  describeProvider(`the fake with ${lists}, counted`, {
    create: () => {
      const clock = new ManualClock()
      const cloud = new FakeCloud({
        clock,
        offerings: [{ id: 'small', hourlyPrice: { amount: 0.01, currency: 'EUR' } }],
      })
      return {
        provider: observedProvider(
          createFakeProvider(cloud, { pool: '1', lists }),
          'fake',
          watching(clock).metrics,
        ),
        pool: { id: '1' },
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

/** With a private field, which no proxy has, and a getter. */
class Private implements Provider {
  readonly #names = ['pool-1-agent-a']
  get billing(): 'hour' {
    return this.#names.length > 0 ? 'hour' : ('second' as 'hour')
  }
  async deployAgent(): Promise<void> {
    this.#names.push('x')
  }
  async removeAgent(): Promise<void> {
    this.#names.pop()
  }
  async listDeployedAgentNames(): Promise<readonly string[]> {
    return this.#names
  }
}

describe('a provider that is counted', () => {
  test('keeps its private fields, and lacks what it lacked', async () => {
    const { seen, metrics } = watching()
    const provider = observedProvider(new Private(), 'mine', metrics)
    expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-1-agent-a'])
    expect(provider.billing).toBe('hour')
    expect(provider.listDeployedAgents).toBeUndefined()
    expect('offerings' in provider).toBe(false)
    expect(provider).toBeInstanceOf(Private)
    expect(inTime(seen)).toEqual(['mine listDeployedAgentNames ok'])
  })

  test('may throw where it is asked for what is left of its budget: its calls go on', async () => {
    const { seen, left, metrics } = watching()
    const requestsLeft = () => {
      throw new TypeError('not asked yet')
    }
    const provider = observedProvider(Object.assign(new Private(), { requestsLeft }), 'mine', metrics)
    expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-1-agent-a'])
    await new Promise((resolve) => setImmediate(resolve))
    expect([inTime(seen), left.size]).toEqual([['mine listDeployedAgentNames ok'], 0])
  })

  test('may be frozen, and answers the same function each time', () => {
    const { metrics } = watching()
    const plain = createFakeProvider(new FakeCloud({ clock: metrics.clock }), { pool: '1' })
    const provider = observedProvider(Object.freeze(plain), 'mine', metrics)
    expect(provider.deployAgent).toBe(provider.deployAgent)
    expect(Object.keys(provider)).toEqual(Object.keys(plain))
    expect({ ...provider }.billing).toBe('second')
  })

  test('has its errors counted by kind, and thrown as they were', async () => {
    const { seen, metrics, clock } = watching()
    const cloud = new FakeCloud({ clock })
    const provider = observedProvider(createFakeProvider(cloud, { pool: '1' }), 'mine', metrics)
    const soldOut = new OfferingUnavailable('sold out')
    cloud.failNext('remove', soldOut)
    await expect(provider.removeAgent('pool-1-agent-x', call)).rejects.toBe(soldOut)
    cloud.failNext('remove', new TypeError('fetch failed'))
    await expect(provider.removeAgent('pool-1-agent-x', call)).rejects.toThrow('fetch failed')
    const odd = Object.assign(new Error('odd'), { kind: `id-${clock.now()}`, mayHaveActed: false })
    cloud.failNext('remove', odd)
    await expect(provider.removeAgent('pool-1-agent-x', call)).rejects.toThrow('odd')
    expect(inTime(seen)).toEqual([
      'mine removeAgent offering-unavailable',
      'mine removeAgent transient',
      'mine removeAgent transient',
    ])
  })

  test('has an error that it throws at once counted too', () => {
    const { seen, metrics } = watching()
    const broken: Provider = {
      ...new Private(),
      deployAgent: () => {
        throw new Transient('at once')
      },
      removeAgent: async () => {},
      listDeployedAgentNames: async () => [],
    }
    const provider = observedProvider(broken, 'mine', metrics)
    const agent = { name: 'x', pool: '1', environment: {}, image: '', userData: '' }
    expect(() => provider.deployAgent(agent, call)).toThrow('at once')
    expect(inTime(seen)).toEqual(['mine deployAgent transient'])
  })

  test('that hangs is counted when it is called off, once', async () => {
    const { seen, metrics, clock } = watching()
    const cloud = new FakeCloud({ clock })
    const provider = observedProvider(createFakeProvider(cloud, { pool: '1' }), 'mine', metrics)
    cloud.hangNext('list')
    const off = new AbortController()
    const listing = provider.listDeployedAgentNames({ signal: off.signal })
    await clock.advance(30_000)
    off.abort(new Transient('late'))
    await expect(listing).rejects.toThrow('late')
    await clock.advance(0)
    expect(seen).toEqual([
      { target: 'mine', operation: 'listDeployedAgentNames', result: 'no-answer', tookMs: 30_000 },
    ])
  })

  test('has calls for machines that were made by hand counted under names of their own', async () => {
    const { seen, metrics, clock } = watching()
    const cloud = new FakeCloud({ clock })
    cloud.plant({ name: 'i-1' })
    const provider = observedProvider(
      createFakeProvider(cloud, { pool: '1', standing: ['i-1'] }),
      'mine',
      metrics,
    )
    expect(provider.standing?.ids).toEqual(['i-1'])
    expect(provider.standing).toBe(provider.standing)
    await provider.standing?.list(call)
    expect(inTime(seen)).toEqual(['mine standing.list ok'])
  })
})

test('what a cloud says is left of its rate limit is known after each call', async () => {
  const { left, metrics, clock } = watching()
  let requests = 3_600
  const fake = createFakeProvider(new FakeCloud({ clock }), { pool: '1' })
  const provider = observedProvider({ ...fake, requestsLeft: () => --requests }, 'mine', metrics)
  expect(left.size).toBe(0)
  await provider.listDeployedAgentNames(call)
  expect(left.get('mine')).toBe(3_599)
  await provider.listDeployedAgentNames(call)
  expect(left.get('mine')).toBe(3_598)
})

describe('a server that is counted', () => {
  test('answers as it did, with its private fields', async () => {
    const { seen, metrics, clock } = watching()
    const fake = new FakeCiServer({ clock })
    const server = observedServer(fake, metrics)
    fake.addTask()
    expect((await server.readQueue(call)).tasks).toHaveLength(1)
    expect(server.matching).toBe(fake.matching)
    expect(server.readEndings).toBeUndefined()
    fake.breakQueue()
    await expect(server.readQueue(call)).rejects.toBeInstanceOf(QueueNeedsAgent)
    expect(inTime(seen)).toEqual(['server readQueue ok', 'server readQueue queue-needs-agent'])
  })
})

test('the engine works on what is counted as on what is not', async () => {
  const { seen, metrics } = watching()
  const world: FakeWorld = new FakeWorld({
    provider: (provider) => observedProvider(provider, 'mine', metrics),
  })
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(14)
  expect(world.deeds).toEqual(['launch demand', 'cordon idle', 'cordon carried-on', 'terminate drained'])
  await world.stop()
  expect(new Set(inTime(seen))).toEqual(
    new Set(['mine listDeployedAgents ok', 'mine deployAgent ok', 'mine removeAgent ok']),
  )
})
