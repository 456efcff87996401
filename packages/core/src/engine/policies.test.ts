import { expect, test } from 'vitest'
import { Transient } from '../ports/errors.ts'
import { FakePools } from '../testing/fake-pools.ts'
import { FakeWorld } from '../testing/fake-world.ts'

test('a buffer stays as it is while the queue cannot be read', async () => {
  const world = new FakeWorld({ pool: { buffer: { slots: 2 }, max: 20 } })
  world.start()
  await world.minutes(5)
  world.server.failNext('readQueue', new Transient('503'), 10_000)
  await world.minutes(10)
  expect(world.cloud.machines).toHaveLength(2)
  await world.stop()
})

test('a restart of the server doubles no buffer', async () => {
  const world = new FakeWorld({ pool: { buffer: { slots: 5 }, max: 20 } })
  world.start()
  await world.minutes(15)
  world.server.restart({ awayMs: 30_000 })
  await world.minutes(2)
  expect(world.cloud.machines).toHaveLength(5)
  await world.stop()
})

test('new settings whose machines never connect replace no more than the first few', async () => {
  let works = true
  const world: FakePools = new FakePools({
    x: {
      min: 10,
      max: 20,
      madeFrom: 'one',
      machines: { onBoot: ({ name }) => (works ? connect(world, name) : undefined) },
    },
  })
  world.start()
  await world.minutes(10)
  const before = world.server.agents.map(({ name }) => name)
  expect(before).toHaveLength(10)
  works = false
  await world.reconfigure(
    world.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, madeFrom: 'two' } })),
  )
  await world.minutes(30)
  const left = new Set(world.server.agents.map(({ name }) => name))
  expect(before.filter((name) => left.has(name)).length).toBeGreaterThanOrEqual(9)
  await world.stop()
})

function connect(world: FakePools, name: string): () => void {
  const agent = world.server.connect(name)
  return () => agent.kill()
}

test('with settings that work all are replaced, and there are never fewer than the minimum', async () => {
  const world = new FakePools({
    x: { min: 3, max: 6, madeFrom: 'one', machines: { bootDelayMs: 20_000 } },
  })
  world.start()
  await world.minutes(10)
  const before = new Set(world.server.agents.map(({ name }) => name))
  expect(before.size).toBe(3)
  await world.reconfigure(
    world.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, madeFrom: 'two' } })),
  )
  let least = 3
  for (let minute = 0; minute < 30; minute++) {
    await world.minutes(1)
    const ready = world.server.agents.filter((agent) => agent.lastContactAt !== undefined && !agent.cordoned)
    least = Math.min(least, ready.length)
  }
  const after = world.server.agents.map(({ name }) => name)
  expect(after).toHaveLength(3)
  expect(after.filter((name) => before.has(name))).toEqual([])
  expect(least).toBe(3)
  await world.stop()
})
