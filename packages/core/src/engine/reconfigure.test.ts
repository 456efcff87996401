import { expect, test } from 'vitest'
import { Transient } from '../ports/errors.ts'
import { FakePools } from '../testing/fake-pools.ts'
import type { Pool } from './autoscaler.ts'

const poolOf = (world: FakePools, id: string): Pool => world.pools.find(({ policy }) => policy.id === id)!

/** Two pools; `old` has two agents at work for ten minutes, and one without. */
async function worldWithWork(): Promise<FakePools> {
  const world = new FakePools({ old: { min: 3, max: 5 }, stays: { min: 1, max: 5 } })
  world.start()
  await world.minutes(3)
  world.addTask('old', 600_000)
  world.addTask('old', 600_000)
  await world.minutes(1)
  expect(world.cloud('old').machines).toHaveLength(3)
  return world
}

test('a pool that was taken out is drained: who has no work goes, who works is let finish', async () => {
  const world = await worldWithWork()
  await world.reconfigure([poolOf(world, 'stays')])
  await world.minutes(5)
  expect(world.cloud('old').machines).toHaveLength(2)
  await world.minutes(8)
  expect(world.server.tasks.map(({ fate }) => fate)).toEqual(['done', 'done'])
  expect(world.cloud('old').machines).toEqual([])
  expect(world.server.agents.filter(({ name }) => name.startsWith('pool-old-'))).toEqual([])
  expect(world.cloud('stays').machines).toHaveLength(1)
  await world.stop()
})

test('it starts nothing more, whatever its tasks want, and is forgotten when nothing is left', async () => {
  const world = await worldWithWork()
  await world.reconfigure([poolOf(world, 'stays')])
  for (let task = 0; task < 5; task++) world.addTask('old', 1_000)
  const before = world.cloud('old').history.length
  await world.minutes(16)
  expect(world.cloud('old').history).toHaveLength(before)
  expect(world.forgotten).toEqual(['old'])
  expect(world.lastPlan.pools.map(({ id }) => id)).toEqual(['stays'])
  await world.stop()
})

test('it is not forgotten while its machines cannot be listed', async () => {
  const world = await worldWithWork()
  await world.reconfigure([poolOf(world, 'stays')])
  await world.minutes(8)
  world.cloud('old').failNext('list', new Transient('503'), 120)
  await world.minutes(15)
  expect(world.forgotten).toEqual([])
  await world.minutes(15)
  expect(world.forgotten).toEqual(['old'])
  await world.stop()
})

test('one that comes back before it is empty keeps what is left', async () => {
  const world = await worldWithWork()
  await world.reconfigure([poolOf(world, 'stays')])
  await world.seconds(15)
  await world.reconfigure(world.pools)
  const { length } = world.cloud('old').history
  await world.minutes(10)
  expect(world.cloud('old').machines).toHaveLength(3)
  expect(world.cloud('old').history).toHaveLength(length)
  expect(world.forgotten).toEqual([])
  await world.stop()
})

test('what is remembered stays: nothing that runs is held, doubled or ended by a change', async () => {
  const world = await worldWithWork()
  const counts = () => world.pools.map(({ policy }) => world.cloud(policy.id).history.length)
  const before = counts()
  for (let change = 0; change < 5; change++) {
    await world.reconfigure(
      world.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, max: 6 + change } })),
    )
    await world.minutes(1)
  }
  expect(counts()).toEqual(before)
  expect(world.lastPlan.pools.map(({ max }) => max)).toEqual([10, 10])
  expect(world.holds.filter((hold) => hold.includes('after-restart'))).toEqual([])
  await world.stop()
})

test('a launch that is under way when its pool is taken out is not lost', async () => {
  const world = new FakePools({ old: { max: 5 }, stays: { max: 5 } })
  world.start()
  await world.seconds(5)
  world.cloud('old').hangNext('create', 'after-acting')
  world.addTask('old', 1_000)
  await world.seconds(15)
  await world.reconfigure([poolOf(world, 'stays')])
  await world.minutes(20)
  expect(world.cloud('old').machines).toEqual([])
  expect(world.forgotten).toEqual(['old'])
  await world.stop()
})

test('a pool that comes later takes over the machines that it finds', async () => {
  const before = new FakePools({ blue: { min: 2, max: 4 } })
  before.start()
  await before.minutes(20)
  await before.stop()
  const world = new FakePools({ green: { max: 4 } }, before)
  world.start()
  await world.minutes(30)
  await world.reconfigure([...world.pools, poolOf(before, 'blue')])
  await world.minutes(10)
  expect(before.cloud('blue').machines).toHaveLength(2)
  expect(before.cloud('blue').history).toHaveLength(2)
  expect(world.holds).not.toContain('blue running-twice')
  await world.stop()
})
