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

test('where a read takes 200 ms, a hundred events in ten seconds cause no more than seven ticks', async () => {
  const world = new FakeWorld()
  world.server.slowDown('readAgents', 100)
  world.server.slowDown('readQueue', 100)
  world.start()
  await world.seconds(11)
  const ticks = world.reports.length
  for (let times = 0; times < 100; times++) {
    world.server.touch()
    await world.seconds(0.1)
  }
  expect(world.reports.length - ticks).toBeGreaterThanOrEqual(5)
  expect(world.reports.length - ticks).toBeLessThanOrEqual(7)
  await world.stop()
})

test('on a server on which something happens all the time a job gets its machine within half a second', async () => {
  const world = new FakeWorld({ pool: { max: 50 } })
  world.start()
  await world.seconds(11)
  const waited: number[] = []
  for (let times = 0; times < 20; times++) {
    for (let at = 0; at < 7; at++) {
      world.server.touch()
      await world.clock.advance(130)
    }
    const before = world.cloud.history.length
    const askedAt = world.clock.monotonic()
    world.server.addTask()
    while (world.cloud.history.length === before) await world.clock.advance(10)
    waited.push(world.clock.monotonic() - askedAt)
  }
  expect(Math.max(...waited)).toBeLessThanOrEqual(500)
  await world.stop()
})
