import { expect, test } from 'vitest'
import {
  AuthError,
  OfferingUnavailable,
  QuotaExceeded,
  RateLimited,
  Rejected,
  Transient,
} from '../ports/errors.ts'
import type { Provider } from '../ports/provider.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

const price = (amount: number) => ({ amount, currency: 'EUR' })
const offerings = [
  { id: 'small', hourlyPrice: price(1) },
  { id: 'medium', hourlyPrice: price(2) },
  { id: 'large', hourlyPrice: price(3) },
]

interface Refusing {
  readonly world: FakeWorld
  /** Offerings in the order in which the provider was called with them. */
  readonly tried: string[]
  readonly refuse: Map<string, () => Error>
}

/** A provider that refuses some offerings, whatever the others do. */
async function begin(
  refused: Readonly<Record<string, () => Error>>,
  options: FakeWorldOptions = {},
): Promise<Refusing> {
  const tried: string[] = []
  const refuse = new Map(Object.entries(refused))
  const deployWith =
    (provider: Provider): Provider['deployAgent'] =>
    async (agent, call) => {
      tried.push(agent.offering ?? 'none')
      const error = refuse.get(agent.offering ?? 'none')
      if (error) throw error()
      await provider.deployAgent(agent, call)
    }
  const world = new FakeWorld({
    cloud: { offerings },
    provider: (provider) => ({ ...provider, deployAgent: deployWith(provider) }),
    ...options,
  })
  world.start()
  await world.seconds(11)
  return { world, tried, refuse }
}

test.each([
  ['rejects the request', () => new Rejected('422 invalid_input "server type 104 is deprecated"')],
  [
    'names a limit, which may be that of one family',
    () => new QuotaExceeded('dedicated core limit exceeded'),
  ],
  ['has none left', () => new OfferingUnavailable('sold out')],
])('a cloud that %s is asked for the next machine type at once, and the hold says why', async (_, error) => {
  const { world, tried } = await begin({ small: error })
  world.server.addTask({ durationMs: 600_000 })
  await world.seconds(3)
  expect(world.cloud.machines.map(({ offering }) => offering)).toEqual(['medium'])
  const { message } = error()
  expect(world.outcomes[0]?.refusals).toEqual([{ offering: 'small', kind: error().kind, why: message }])
  await world.seconds(10)
  expect(world.holds.join('\n')).toMatch(
    /^offering-(?:refused|sold-out): machine type skipped for .*the cloud refused it: /m,
  )
  expect(world.holds.join('\n')).toContain(message)
  world.server.addTask({ durationMs: 600_000 })
  await world.seconds(3)
  expect(tried).toEqual(['small', 'medium', 'medium'])
  await world.stop()
})

test.each([
  ['of an unknown kind, by a provider that throws any error', () => new Error('422 unsupported location')],
  ['that looks like an outage', () => new Transient('500 server_error')],
  ['for lack of a right', () => new AuthError('403 not allowed to create this type')],
])('a failure %s does not repeat the same request for ever', async (_, error) => {
  const { world } = await begin({ small: error })
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(10)
  expect(task.fate).toBe('done')
  expect(world.cloud.history.map(({ offering }) => offering)).toEqual(['medium'])
  await world.stop()
})

test('a short outage leads to no dearer machine', async () => {
  const { world, refuse } = await begin({ small: () => new Transient('503') })
  world.server.addTask({ durationMs: 5_000 })
  await world.seconds(12)
  refuse.clear()
  await world.minutes(2)
  expect(world.cloud.history.map(({ offering }) => offering)).toEqual(['small'])
  await world.stop()
})

test('a rate limit says nothing of the machine type', async () => {
  const { world, tried, refuse } = await begin({
    small: () => new RateLimited('429', { retryAfterMs: 5_000 }),
  })
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(3)
  refuse.clear()
  await world.minutes(3)
  expect(new Set(tried)).toEqual(new Set(['small']))
  await world.stop()
})

test('a machine type that stays refused is tried ever more rarely, at most every hour or so, and again after that', async () => {
  const { world, tried, refuse } = await begin(
    { small: () => new Rejected('no such type') },
    { pool: { idleTimeoutMs: 60_000 } },
  )
  const addForHours = async (hours: number): Promise<readonly number[]> => {
    const smallAt: number[] = []
    for (let minute = 0; minute < hours * 60; minute += 10) {
      const before = tried.length
      world.server.addTask({ durationMs: 1_000 })
      await world.minutes(10)
      if (tried.slice(before).includes('small')) smallAt.push(minute)
    }
    return smallAt
  }
  const times = await addForHours(7)
  const gaps = times.slice(1).map((at, i) => at - times[i]!)
  expect(times.length).toBeLessThan(14)
  expect(gaps.at(-1)).toBeGreaterThanOrEqual(60)
  expect(gaps.at(-1)).toBeLessThan(90)
  refuse.clear()
  await addForHours(1.5)
  expect(tried.at(-1)).toBe('small')
  await world.stop()
})

test('only when every machine type was refused does the pool back off, with the reason of each', async () => {
  const { world, tried } = await begin({
    small: () => new Rejected('no such type'),
    medium: () => new QuotaExceeded('limit of 0 vCPUs'),
    large: () => new Rejected('unsupported place'),
  })
  world.server.addTask()
  await world.seconds(20)
  expect(tried).toEqual(['small', 'medium', 'large'])
  expect(world.outcomes[0]?.error?.kind).toBe('quota-exceeded')
  expect(world.holds.join('\n')).toContain(
    'backing-off: the last launch failed: small: no such type; medium: limit of 0 vCPUs; large: unsupported place',
  )
  expect(world.server.agents).toEqual([])
  await world.minutes(120)
  // Backed off, and each of them has been tried again.
  expect(tried.length).toBeLessThan(60)
  expect(new Set(tried.slice(3)).size).toBe(3)
  await world.stop()
})

test('after a limit of the whole account is lifted the first machine type is used again', async () => {
  const full = () => new QuotaExceeded('server limit exceeded')
  const { world, refuse } = await begin({ small: full, medium: full, large: full })
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(30)
  refuse.clear()
  await world.minutes(8)
  expect(world.cloud.history.map(({ offering }) => offering)).toEqual(['small'])
  await world.stop()
})

test('with a single machine type, or none, a rejected request is repeated ever more rarely', async () => {
  for (const some of [[{ id: 'small' }], []]) {
    const { world, tried } = await begin(
      { small: () => new Rejected('422'), none: () => new Rejected('422') },
      { cloud: { offerings: some } },
    )
    world.server.addTask()
    await world.minutes(60)
    expect(tried.length).toBeGreaterThan(8)
    expect(tried.length).toBeLessThan(25)
    await world.stop()
  }
})

test('where tasks choose the machine type, a refused one blocks no task that requires another', async () => {
  const { world, tried } = await begin(
    { large: () => new QuotaExceeded('dedicated core limit exceeded') },
    {
      pool: { machineLabel: 'machine' },
    },
  )
  world.server.addTask({ durationMs: 5_000, labels: { machine: 'large' } })
  await world.seconds(3)
  const other = world.server.addTask({ durationMs: 5_000, labels: { machine: 'small' } })
  await world.seconds(40)
  expect(other.fate).toBe('done')
  expect(world.holds.join('\n')).toContain('no large available: dedicated core limit exceeded')
  await world.minutes(60)
  expect(tried.filter((id) => id === 'large').length).toBeLessThan(12)
  await world.stop()
})

test('a machine that may exist is not ordered a second time with another machine type', async () => {
  const { world, tried } = await begin({ small: () => new Rejected('odd answer', { mayHaveActed: true }) })
  world.server.addTask()
  await world.seconds(3)
  expect(tried).toEqual(['small'])
  await world.stop()
})
