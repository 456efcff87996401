import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

test('a server on which something happens all the time keeps no idle agent', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  for (let times = 0; times < 60; times++) {
    world.server.touch()
    await world.seconds(3)
  }
  expect(world.cloud.history).toHaveLength(1)
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('a server on which something happens all the time does not keep it from listing the machines anew', async () => {
  const world = new FakeWorld()
  world.start()
  for (let times = 0; times < 40; times++) {
    world.server.touch()
    await world.seconds(3)
  }
  const lists = world.reports.flatMap(({ snapshot }) => [...snapshot.machines.values()])
  const fresh = lists.filter((list) => list.ok && !list.value.reused)
  expect(fresh.length).toBeGreaterThanOrEqual(10)
  expect(fresh.length).toBeLessThan(lists.length)
  await world.stop()
})

test('of twenty events in two seconds no more than two make it look', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  const looks = world.reports.length
  for (let times = 0; times < 20; times++) {
    world.server.touch()
    await world.seconds(0.1)
  }
  expect(world.reports.length - looks).toBeGreaterThan(0)
  expect(world.reports.length - looks).toBeLessThanOrEqual(2)
  await world.stop()
})
