import { describe, expect, test } from 'vitest'
import { noOrders } from '../model/orders.ts'
import { OfferingUnavailable, Rejected, Transient } from '../ports/errors.ts'
import type { Provider } from '../ports/provider.ts'
import { FakePools } from '../testing/fake-pools.ts'
import { FakeWorld } from '../testing/fake-world.ts'

/** A world in which it is counted how often the database is asked. */
function askingWorld(options: ConstructorParameters<typeof FakeWorld>[0] = {}) {
  const world = new FakeWorld({ server: { events: false }, ...options })
  const readWork = world.server.readWork.bind(world.server)
  const asked: number[] = []
  world.server.readWork = (tasks, call) => {
    asked.push(world.clock.now())
    return readWork(tasks, call)
  }
  return { world, asked }
}

describe('the database is asked', () => {
  test('not while agents come and work', async () => {
    const { world, asked } = askingWorld()
    world.start()
    world.server.addTask({ durationMs: 20_000 })
    await world.minutes(5)
    expect(asked).toEqual([])
    await world.stop()
  })

  test('not for agents of others, cordoned or silent as they may be', async () => {
    const { world, asked } = askingWorld()
    world.server.addForeignAgent('foreign').silence()
    world.server.addForeignAgent('pool-2-agent-a').silence()
    world.start()
    await world.minutes(5)
    expect(asked).toEqual([])
    await world.stop()
  })

  test('not for an agent that somebody else cordoned, but for the order to drain it', async () => {
    const { world, asked } = askingWorld({ pool: { min: 1 } })
    world.start()
    await world.minutes(2)
    const { name } = world.server.agents[0]!
    world.server.setNoSchedule(name, true)
    await world.minutes(20)
    expect(asked).toHaveLength(1)
    world.autoscaler.order({ ...noOrders, drained: new Set([name]) })
    await world.minutes(1)
    expect(world.deeds).toContain('terminate drained')
    expect(asked.length).toBeGreaterThan(1)
    await world.stop()
  })

  test('while one of ours is silent', async () => {
    const { world, asked } = askingWorld({ pool: { min: 1 } })
    world.start()
    await world.minutes(2)
    world.server.process(world.cloud.machines[0]?.name ?? '')?.silence()
    await world.seconds(30)
    expect(asked).toEqual([])
    await world.seconds(30)
    expect(asked.length).toBeGreaterThan(1)
    await world.stop()
  })

  test('while one of ours is cordoned', async () => {
    const { world, asked } = askingWorld({ pool: { idleTimeoutMs: 30_000 } })
    world.start()
    world.server.addTask({ durationMs: 5_000 })
    await world.minutes(3)
    const first = world.outcomes.find(({ action }) => action.kind === 'cordon')
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.every((at) => at >= (first?.at ?? Number.POSITIVE_INFINITY))).toBe(true)
    await world.stop()
  })

  test.each([
    ['not for a machine made by hand whose agent is known, and in contact', {}, false],
    ['for one whose agent nobody has named', { unnamed: true } as const, true],
  ])('%s', async (_, known, isAsked) => {
    const { world, asked } = askingWorld({ standing: [{ id: 'i-1', agent: 'box', ...known }] })
    world.start()
    await world.minutes(2)
    expect(asked.length > 0).toBe(isAsked)
    await world.stop()
  })
})

test('the database is not asked for a machine made by hand that is gone, whoever was on it', async () => {
  const { world, asked } = askingWorld({ standing: [{ id: 'i-1', agent: 'box', unnamed: true }] })
  world.cloud.vanish('i-1')
  world.start()
  await world.minutes(2)
  expect(asked).toEqual([])
  await world.stop()
})

describe('a record', () => {
  /** An agent that drains, with `meddle` before the last look is answered. */
  async function draining(meddle: (world: FakeWorld) => void): Promise<FakeWorld> {
    const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
    const inspect = world.server.inspectAgent.bind(world.server)
    world.server.inspectAgent = async (id, call) => {
      if (world.deeds.includes('cordon carried-on')) meddle(world)
      return inspect(id, call)
    }
    world.start()
    world.server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    return world
  }

  test('that is deleted already by the last look is no reason to keep its machine', async () => {
    const world = await draining(({ server }) => server.loseRecords(() => true))
    expect(world.deeds).toContain('terminate drained')
    expect(world.cloud.machines).toEqual([])
    expect(world.outcomes.every(({ result }) => result === 'done')).toBe(true)
    await world.stop()
  })

  test('of an agent that has worked since the plan is not deleted', async () => {
    const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
    const inspect = world.server.inspectAgent.bind(world.server)
    world.server.inspectAgent = async (id, call) => {
      const seen = await inspect(id, call)
      if (!seen || !world.deeds.includes('cordon carried-on')) return seen
      return { ...seen, agent: { ...seen.agent, lastWorkAt: world.clock.now() } }
    }
    world.start()
    world.server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    expect(world.outcomes.map(({ detail }) => detail)).toContain('it has worked in between')
    expect(world.cloud.machines).toHaveLength(1)
    await world.stop()
  })

  test('that vanishes while it is cordoned is nothing to write to', async () => {
    const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 }, server: { events: false } })
    const { server } = world
    const setCordon = server.setCordon.bind(server)
    server.setCordon = async (agent, cordoned, call) => {
      server.loseRecords(() => true)
      return setCordon(agent, cordoned, call)
    }
    world.start()
    server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    expect(world.outcomes.find(({ action }) => action.kind === 'cordon')).toMatchObject({
      result: 'refused',
      detail: 'the record is gone',
    })
    await world.stop()
  })

  test('that the server does not write as it was told is tried again', async () => {
    const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
    const { server } = world
    const setCordon = server.setCordon.bind(server)
    server.setCordon = async (agent, cordoned, call) => {
      server.setCordon = setCordon
      return setCordon(agent, !cordoned, call)
    }
    world.start()
    server.addTask({ durationMs: 5_000 })
    await world.minutes(4)
    expect(world.outcomes.find(({ action }) => action.kind === 'cordon')).toMatchObject({
      result: 'failed',
      detail: 'the server did not keep what was written',
    })
    expect(world.cloud.machines).toEqual([])
    await world.stop()
  })
})

describe('a call of the cloud that does not end', () => {
  test('is given up after two minutes; the machine may come, so its record stays', async () => {
    const world = new FakeWorld({ cloud: { bootDelayMs: 125_000 } })
    world.start()
    await world.seconds(11)
    world.cloud.hangNext('create', 'after-acting')
    const task = world.server.addTask({ durationMs: 1_000 })
    await world.seconds(1)
    const name = world.cloud.machines[0]?.name
    await world.seconds(118)
    expect(world.outcomes).toEqual([])
    await world.seconds(2)
    expect(world.outcomes).toMatchObject([
      {
        name,
        result: 'failed',
        failedAt: 'cloud',
        recordDeleted: false,
        detail: 'deployAgent did not answer within 120 s',
      },
    ])
    await world.minutes(1)
    expect(task.fate).toBe('done')
    expect(world.server.agents.map((agent) => agent.name)).toContain(name)
    await world.stop()
  })

  test('of a record that is not answered, is given up after one', async () => {
    const world = new FakeWorld({ server: { events: false } })
    world.start()
    world.server.hangNext('createAgent')
    world.server.addTask()
    await world.seconds(71)
    expect(world.outcomes[0]).toMatchObject({
      result: 'failed',
      failedAt: 'server',
      detail: 'making the record took longer than 60 s',
    })
    await world.stop()
  })

  test('of a list is waited for ten seconds at first, and not any more at the next looks', async () => {
    const world = new FakeWorld({ server: { events: false } })
    world.cloud.slowDown('list', 9_000)
    world.start()
    await world.seconds(9)
    expect(world.reports).toHaveLength(1)
    expect(world.holds).toEqual([])
    world.cloud.slowDown('list', 25_000)
    await world.seconds(30)
    const [first, second, ...more] = world.reports.map(({ tookMs }) => tookMs)
    expect([first, second]).toEqual([9_000, 10_000])
    expect(more.length).toBeGreaterThan(1)
    expect(more.every((tookMs) => tookMs === 0)).toBe(true)
    await world.stop()
  })
})

describe('what a provider cannot do', () => {
  const without =
    (...parts: readonly (keyof Provider)[]) =>
    (provider: Provider) =>
      Object.fromEntries(
        Object.entries(provider).filter(([key]) => !parts.includes(key as keyof Provider)),
      ) as unknown as Provider

  test('is said when it is asked for all the same: to stop', async () => {
    const world = new FakeWorld({
      pool: { idleTimeoutMs: 30_000, parked: { max: 1, forMs: 3_600_000 } },
      provider: without('stopAgent'),
    })
    world.start()
    world.server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    const park = world.outcomes.find(({ action }) => action.kind === 'park')
    expect(park).toMatchObject({ result: 'failed', detail: 'the provider cannot stop machines' })
    expect(park?.error).toBeInstanceOf(Rejected)
    await world.stop()
  })

  test('is said when it is asked for all the same: to start', async () => {
    const world = new FakeWorld({
      pool: { idleTimeoutMs: 30_000, parked: { max: 1, forMs: 3_600_000 } },
      provider: without('startAgent'),
    })
    world.start()
    world.server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    const task = world.server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    const start = world.outcomes.find(({ action }) => action.kind === 'start')
    expect(start).toMatchObject({ result: 'failed', detail: 'the provider cannot start machines' })
    expect(start?.error).toBeInstanceOf(Rejected)
    expect(task.fate).toBe('done')
    await world.stop()
  })

  test('a console that fails, or is not there, is no reason to keep a machine', async () => {
    for (const console of [undefined, () => Promise.reject(new Transient('500'))]) {
      const world: FakeWorld = new FakeWorld({
        cloud: { onBoot: () => undefined },
        provider: (provider) => ({ ...provider, ...(console && { console }) }),
      })
      world.start()
      world.server.addTask()
      await world.minutes(12)
      const lost = world.outcomes.find(({ action }) => action.because === 'lost')
      expect(lost).toMatchObject({ result: 'done' })
      expect(lost).not.toHaveProperty('consoleTail')
      await world.stop()
    }
  })

  test('of a console the last twenty lines are told', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`)
    const world = new FakeWorld({
      cloud: { onBoot: () => undefined },
      provider: (provider) => ({ ...provider, console: async () => `${lines.join('\n')}\n\n` }),
    })
    world.start()
    world.server.addTask()
    await world.minutes(12)
    const lost = world.outcomes.find(({ action }) => action.because === 'lost')
    expect(lost?.consoleTail).toBe(lines.slice(10).join('\n'))
    await world.stop()
  })
})

describe('offerings', () => {
  const offerings = ['small', 'large'].map((id) => ({ id, hourlyPrice: { amount: 1, currency: 'EUR' } }))

  test('are asked for once in ten minutes', async () => {
    let asked = 0
    const world = new FakeWorld({
      pool: { min: 0 },
      server: { events: false },
      cloud: { offerings },
      provider: (provider) => ({
        ...provider,
        offerings: async () => {
          asked++
          return offerings
        },
      }),
    })
    world.start()
    await world.seconds(595)
    expect(asked).toBe(1)
    await world.seconds(10)
    expect(asked).toBe(2)
    await world.stop()
  })

  test('where all are sold out the one whose time comes first is tried, and no other', async () => {
    const tried: string[] = []
    const world = new FakeWorld({
      server: { events: false },
      cloud: { offerings },
      provider: (provider) => ({
        ...provider,
        deployAgent: async ({ offering }) => {
          tried.push(offering ?? 'none')
          throw new OfferingUnavailable(`${offering} is not to be had`)
        },
      }),
    })
    world.start()
    await world.seconds(3)
    world.server.addTask()
    await world.seconds(50)
    expect(tried.slice(0, 2)).toEqual(['small', 'large'])
    const again = world.outcomes[1]?.action
    expect(tried[2]).toBe(again?.kind === 'launch' ? again.avoid[0] : undefined)
    expect(world.outcomes[1]?.refusals?.map(({ offering }) => offering)).toEqual([tried[2]])
    expect(world.outcomes[0]).toMatchObject({
      result: 'failed',
      refusals: [{ offering: 'small' }, { offering: 'large' }],
      recordDeleted: true,
    })
    expect(world.server.agents).toEqual([])
    await world.stop()
  })

  test('another error than that ends the attempt at once', async () => {
    const tried: string[] = []
    const world = new FakeWorld({
      server: { events: false },
      cloud: { offerings },
      provider: (provider) => ({
        ...provider,
        deployAgent: async ({ offering }) => {
          tried.push(offering ?? 'none')
          throw new Transient('503')
        },
      }),
    })
    world.start()
    world.server.addTask()
    await world.seconds(12)
    expect(new Set(tried)).toEqual(new Set(['small']))
    await world.stop()
  })
})

test('a machine made by hand whose agent never registers is stopped, and its record is not written', async () => {
  const world: FakeWorld = new FakeWorld({
    standing: [{ id: 'i-1', agent: 'box', isNew: true }],
    cloud: { bootDelayMs: 20_000, onBoot: () => undefined },
  })
  let written = 0
  const setCordon = world.server.setCordon.bind(world.server)
  world.server.setCordon = (agent, cordoned, call) => {
    written++
    return setCordon(agent, cordoned, call)
  }
  world.start()
  await world.minutes(20)
  expect(world.deeds).toEqual(['park silent'])
  expect(world.cloud.machines.map(({ state }) => state)).toEqual(['stopped'])
  expect(written).toBe(0)
  await world.stop()
})

test('a pool that comes later has what somebody made for it before: only strangers of the others are told', async () => {
  const world = new FakePools({ a: {}, b: {} })
  const [a, b] = world.pools
  world.start()
  await world.seconds(15)
  await world.reconfigure([a!])
  await world.minutes(10)
  expect(world.forgotten).toEqual(['b'])
  for (const pool of ['a', 'b']) world.server.makeRecord(`pool-${pool}-agent-x`)
  await world.reconfigure([a!, b!])
  await world.seconds(15)
  expect(world.holds.filter((hold) => hold.endsWith('running-twice'))).toEqual(['a running-twice'])
  await world.stop()
})
