import { expect, test } from 'vitest'
import { QuotaExceeded, Transient } from '../ports/errors.ts'
import { FakeWorld } from '../testing/fake-world.ts'

test('the pool never has more machines than its maximum, whatever waits', async () => {
  const world = new FakeWorld({ pool: { max: 5 } })
  world.start()
  world.server.addTasks(50, { durationMs: 20_000 })
  await world.minutes(10)
  expect(world.cloud.peak).toBe(5)
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  await world.stop()
})

test('the maximum is said as a hold, with how many more were wanted', async () => {
  const world = new FakeWorld({ pool: { max: 5 } })
  world.start()
  world.server.addTasks(8, { durationMs: 60_000 })
  await world.seconds(15)
  expect(world.lastPlan.holds).toContainEqual(expect.objectContaining({ because: 'at-max', wanted: 3 }))
  await world.stop()
})

test('boots of three intervals make no second machine for the same task', async () => {
  const world = new FakeWorld({ pool: { max: 50 }, cloud: { bootDelayMs: 30_000 } })
  world.start()
  world.server.addTasks(20, { durationMs: 30_000 })
  await world.minutes(5)
  expect(world.cloud.history).toHaveLength(20)
  await world.stop()
})

test('a create whose answer was lost makes no second machine', async () => {
  const world = new FakeWorld({ pool: { max: 3 } })
  world.start()
  await world.seconds(11)
  world.cloud.loseAnswer('create')
  world.server.addTask({ durationMs: 60_000 })
  await world.minutes(3)
  expect(world.cloud.history).toHaveLength(1)
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  await world.stop()
})

test('a launch that fails for sure leaves no record, and the next tries come ever later', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  for (let i = 0; i < 4; i++) world.cloud.failNext('create', new Transient('the cloud is ill'))
  world.server.addTask({ durationMs: 10_000 })
  await world.minutes(5)
  const tries = world.outcomes.filter(({ action }) => action.kind === 'launch')
  expect(tries.map(({ result }) => result)).toEqual(['failed', 'failed', 'failed', 'failed', 'done'])
  const gaps = tries.slice(1).map(({ at }, i) => at - tries[i]!.at)
  expect(gaps.at(-1)!).toBeGreaterThan(gaps[0]!)
  expect(world.server.agents.length).toBeLessThanOrEqual(1)
  await world.stop()
})

test('a quota that is reached pauses the pool, and says why', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.cloud.failNext('create', new QuotaExceeded('no more than 0 machines'))
  world.server.addTask({ durationMs: 10_000 })
  await world.minutes(2)
  expect(world.holds).toContain('backing-off: the last launch failed: no more than 0 machines')
  expect(world.cloud.history).toHaveLength(0)
  await world.minutes(5)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a maximum that was lowered is reached by draining the idlest, and no work is lost', async () => {
  const before = new FakeWorld({ pool: { max: 4 } })
  before.start()
  before.server.addTasks(4, { durationMs: 4 * 60_000 })
  await before.minutes(1)
  expect(before.cloud.machines).toHaveLength(4)
  before.reconfigure({ max: 2 })
  await before.seconds(20)
  expect(before.deeds.filter((deed) => deed === 'cordon over-max')).toHaveLength(2)
  await before.minutes(12)
  expect(before.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  await before.stop()
})

test('a machine that the list leaves out for a while is not replaced', async () => {
  const world = new FakeWorld({ pool: { max: 3, min: 1 } })
  world.start()
  await world.minutes(2)
  const [{ name } = { name: '' }] = world.cloud.machines
  world.cloud.hide(name, 25_000)
  await world.minutes(2)
  expect(world.cloud.history).toHaveLength(1)
  expect(world.deeds).toEqual(['launch min'])
  await world.stop()
})
