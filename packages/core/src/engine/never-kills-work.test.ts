import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

/** Tasks whose agent was ended, or could not report, although nothing outside went wrong. */
function lost(world: FakeWorld): readonly string[] {
  return world.server.tasks.filter(({ fate }) => fate === 'lost').map(({ id }) => id)
}

test('an agent that took a task between the plan and the act is kept', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  const [{ name } = { name: '' }] = world.cloud.machines
  world.server.letPollerSlip(name)
  // The cordon misses a poller, and a task comes for it before the second one.
  await world.clock.advance(0)
  while (!world.deeds.includes('cordon idle')) await world.seconds(1)
  world.server.addTask({ id: 'late', durationMs: 120_000 })
  await world.minutes(6)
  expect(lost(world)).toEqual([])
  expect(world.server.task('late').fate).toBe('done')
  await world.stop()
})

test('a cordon that reverts by itself ends no working agent', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  world.server.revertNextCordon(3_000)
  await world.minutes(1)
  while (!world.deeds.includes('cordon idle')) await world.seconds(1)
  await world.seconds(4)
  world.server.addTask({ id: 'late', durationMs: 60_000 })
  await world.minutes(5)
  expect(lost(world)).toEqual([])
  expect(world.server.task('late').fate).toBe('done')
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a restarted server that has forgotten a long job costs it nothing', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 15_000 } })
  world.start()
  world.server.addTask({ id: 'long', durationMs: 20 * 60_000 })
  await world.minutes(1)
  world.server.restart()
  await world.minutes(25)
  expect(lost(world)).toEqual([])
  expect(world.server.task('long').fate).toBe('done')
  await world.stop()
})

test('results that agents report late, after the server was away for 30 s, are not lost', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 15_000 } })
  world.start()
  world.server.addTasks(8, { durationMs: 70_000 })
  await world.seconds(60)
  world.server.restart({ awayMs: 30_000, reconnectMs: 14_000 })
  await world.minutes(20)
  expect(lost(world)).toEqual([])
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('our own start ends nothing before the grace is over, idle as it may be', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000, max: 4 } })
  world.start()
  world.server.addTasks(2, { durationMs: 5_000 })
  await world.seconds(45)
  world.restartProcess()
  await world.minutes(4.9)
  expect(world.cloud.machines).toHaveLength(2)
  await world.minutes(2)
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test.each([
  ['unnoticed by the stream of events', { events: false }],
  ['noticed by the stream of events', {}],
])('results that come late after an absence of the server, %s, find their record', async (_, server) => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 1_000 }, server })
  world.start()
  world.server.addTasks(4, { durationMs: 50_000 })
  await world.seconds(60)
  world.server.restart({ awayMs: 30_000, reconnectMs: 100_000 })
  await world.minutes(20)
  expect(lost(world)).toEqual([])
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  await world.stop()
})

test('a silent agent with a task is kept for the longest pipeline, and said so', async () => {
  const world = new FakeWorld()
  world.start()
  world.server.addTask({ id: 'long', durationMs: 40 * 60_000 })
  await world.minutes(1)
  const [{ name } = { name: '' }] = world.cloud.machines
  world.server.process(name)?.silence()
  await world.minutes(35)
  expect(world.cloud.machine(name)).toBeDefined()
  expect(world.holds.join('\n')).toContain('kept-silent: silent, but')
  world.server.process(name)?.speak()
  await world.minutes(10)
  expect(lost(world)).toEqual([])
  await world.stop()
})

test('an idle agent is not ended while a task waits that it can take', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  while (!world.deeds.includes('cordon idle')) await world.seconds(1)
  world.server.addTask({ id: 'next', durationMs: 5_000 })
  await world.seconds(15)
  expect(world.deeds.filter((deed) => deed === 'uncordon demand')).toHaveLength(1)
  expect(world.cloud.history).toHaveLength(1)
  expect(world.server.task('next').startedAt).toBeDefined()
  await world.stop()
})
