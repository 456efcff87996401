import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

test('an event wakes the loop: the launch is asked for within a second', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(13)
  world.server.addTask({ durationMs: 1_000 })
  await world.seconds(1)
  expect(world.cloud.machines).toHaveLength(1)
  await world.stop()
})

test('without events the poll does it', async () => {
  const world = new FakeWorld({ server: { events: false } })
  world.start()
  await world.seconds(13)
  world.server.addTask({ durationMs: 1_000 })
  await world.seconds(10)
  expect(world.cloud.machines).toHaveLength(1)
  await world.stop()
})

test('a burst of events for an hour does not keep idle machines from going', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 60_000 } })
  world.start()
  world.server.addTasks(3, { durationMs: 5_000 })
  for (let i = 0; i < 300; i++) {
    await world.seconds(1)
    world.server.touch()
  }
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('an agent that is online but deaf does not keep a task waiting', async () => {
  const world = new FakeWorld()
  world.server.addForeignAgent('deaf', { labels: { repo: '*' } }).asksFromAt = Number.POSITIVE_INFINITY
  world.start()
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(2)
  expect(world.server.tasks[0]?.fate).toBe('done')
  await world.stop()
})

test('free slots of foreign agents that match nothing starve nobody', async () => {
  const world = new FakeWorld()
  world.server.addForeignAgent('foreign', { capacity: 4, labels: { repo: 'other/repo' } })
  world.start()
  world.server.addTasks(3, { durationMs: 1_000 })
  await world.minutes(2)
  expect(world.server.tasks.map(({ fate }) => fate)).toEqual(['done', 'done', 'done'])
  await world.stop()
})

test('free slots of foreign agents that match are used before a machine is paid for', async () => {
  const world = new FakeWorld()
  world.server.addForeignAgent('foreign', { capacity: 4, labels: { repo: '*' } })
  world.start()
  world.server.addTasks(3, { durationMs: 1_000 })
  await world.minutes(2)
  expect(world.cloud.history).toEqual([])
  await world.stop()
})

test('a task that its agent lost gets one agent to settle it, not one for each', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.server.addTasks(3, { durationMs: 600_000 })
  await world.minutes(1)
  for (const { name } of world.cloud.machines) world.cloud.vanish(name)
  await world.minutes(5)
  expect(world.cloud.history.length).toBe(4)
  await world.stop()
})

test('a listing that hangs is unknown, and the next ticks go on', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.cloud.hangNext('list')
  await world.seconds(60)
  const ticks = world.reports.length
  expect(ticks).toBeGreaterThanOrEqual(4)
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(3)
  expect(world.server.tasks[0]?.fate).toBe('done')
  await world.stop()
})

test('the minimum is kept, work or not', async () => {
  const world = new FakeWorld({ pool: { min: 2 } })
  world.start()
  await world.minutes(30)
  expect(world.cloud.history).toHaveLength(2)
  expect(world.server.agents.filter((agent) => !agent.cordoned)).toHaveLength(2)
  await world.stop()
})

test('machines paid by the hour stay until the paid hour is about to end', async () => {
  const world = new FakeWorld({ pool: { billing: 'hour' } })
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 60_000 })
  await world.minutes(56)
  expect(world.cloud.machines).toHaveLength(1)
  await world.minutes(4)
  expect(world.cloud.machines).toEqual([])
  const [machine] = world.cloud.history
  expect(machine!.endedAt! - machine!.createdAt).toBeLessThan(3_600_000)
  await world.stop()
})
