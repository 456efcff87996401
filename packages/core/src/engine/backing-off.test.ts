import { expect, test } from 'vitest'
import { OfferingUnavailable, Rejected, Transient } from '../ports/errors.ts'
import { FakePools } from '../testing/fake-pools.ts'

const gaps = (times: readonly number[]) => times.slice(1).map((at, i) => at - times[i]!)

test('after a failure one launch is tried alone, and the rest follows when it is done', async () => {
  const world = new FakePools({ a: {} })
  world.start()
  await world.seconds(3)
  world.cloud('a').failNext('create', new Transient('503'), 8 + 1)
  for (let task = 0; task < 8; task++) world.addTask('a')
  await world.minutes(3)
  const begun = world.launches('a').map(({ at, tookMs }) => at - tookMs)
  const waves = [...Map.groupBy(begun, (at) => at).values()].map((wave) => wave.length)
  expect(waves).toEqual([8, 1, 1, 7])
  await world.stop()
})

test('a failure of long ago no longer makes the next launches go one by one', async () => {
  const world = new FakePools({ a: {} })
  world.start()
  await world.seconds(3)
  world.cloud('a').failNext('create', new Transient('503'))
  const { id } = world.addTask('a')
  await world.seconds(1)
  world.server.pause()
  await world.minutes(20)
  world.server.resume()
  for (let task = 0; task < 4; task++) world.addTask('a')
  await world.seconds(3)
  expect(world.cloud('a').machines).toHaveLength(5)
  expect(id).toBe('task-1')
  await world.stop()
})

test('a cloud that refuses several pools is tried by one of them at a time, no more often than for a single pool', async () => {
  const tries = async (pools: readonly string[], cloud?: string): Promise<number> => {
    const shared = cloud === undefined ? {} : { cloud }
    const world = new FakePools(Object.fromEntries(pools.map((id) => [id, shared])))
    world.start()
    await world.seconds(3)
    for (const id of pools) world.cloud(id).failNext('create', new Transient('503'), 10_000)
    for (const id of pools) world.addTask(id)
    await world.minutes(20)
    await world.stop()
    return pools.reduce((sum, id) => sum + world.launches(id).length, 0)
  }
  const one = await tries(['a'])
  const together = await tries(['a', 'b', 'c', 'd', 'e', 'f'], 'account')
  const apart = await tries(['a', 'b', 'c', 'd', 'e', 'f'])
  // Each fails once before it is known that it is not alone.
  expect(together).toBeLessThanOrEqual(one + 6 + 5)
  expect(apart).toBeGreaterThan(5 * one)
})

test('it is said which cloud trouble holds the pools, and once one launch is done all go on', async () => {
  const world = new FakePools({ a: { cloud: 'account' }, b: { cloud: 'account' } })
  world.start()
  await world.seconds(3)
  for (const id of ['a', 'b']) world.cloud(id).failNext('create', new Transient('503'), 4)
  for (const id of ['a', 'b']) for (let task = 0; task < 3; task++) world.addTask(id)
  await world.seconds(15)
  expect(world.holds.filter((hold) => hold.endsWith('cloud-backing-off'))).not.toEqual([])
  await world.minutes(10)
  for (const id of ['a', 'b']) expect(world.cloud(id).machines).toHaveLength(3)
  expect(world.holds).toEqual([])
  await world.stop()
})

test('two pools that are broken by themselves do not hold a third of the same account, whose launch clears it', async () => {
  const world = new FakePools({ a: { cloud: 'account' }, b: { cloud: 'account' }, c: { cloud: 'account' } })
  world.start()
  await world.seconds(3)
  for (const id of ['a', 'b']) world.cloud(id).failNext('create', new Transient('no such image'), 10_000)
  for (const id of ['a', 'b']) world.addTask(id)
  await world.minutes(12)
  expect(world.holds.filter((hold) => hold.endsWith('cloud-backing-off'))).not.toEqual([])
  for (let task = 0; task < 3; task++) world.addTask('c')
  await world.seconds(0.1)
  expect(world.cloud('c').machines).toHaveLength(1)
  await world.seconds(14)
  expect(world.cloud('c').machines).toHaveLength(3)
  expect(world.holds.filter((hold) => hold.endsWith('cloud-backing-off'))).toEqual([])
  await world.stop()
})

test.each([
  ['a request that is refused', new Rejected('no such image')],
  ['an offering that is sold out', new OfferingUnavailable('sold out')],
])('%s, in two pools of an account, says nothing of the account', async (_, error) => {
  const world = new FakePools({ a: { cloud: 'account' }, b: { cloud: 'account' } })
  world.start()
  await world.seconds(3)
  for (const id of ['a', 'b']) world.cloud(id).failNext('create', error, 10_000)
  for (const id of ['a', 'b']) world.addTask(id)
  for (let look = 0; look < 30; look++) {
    await world.seconds(10)
    expect(world.holds.filter((hold) => hold.endsWith('cloud-backing-off'))).toEqual([])
  }
  await world.stop()
})

test('records that cannot be made hold all pools as one, and soon after the server is well all have their machines', async () => {
  const world = new FakePools({ a: {}, b: {} })
  world.start()
  await world.seconds(3)
  const broken = new Transient('database is locked')
  world.server.failNext('createAgent', broken, 14)
  for (const id of ['a', 'b']) for (let task = 0; task < 3; task++) world.addTask(id)
  await world.minutes(2)
  expect(world.holds).toEqual(['a server-backing-off', 'b server-backing-off'])
  const begun = [...world.launches('a'), ...world.launches('b')].map(({ at, tookMs }) => at - tookMs)
  const waves = [...new Set(begun)].sort((a, b) => a - b)
  for (const [i, gap] of gaps(waves).entries()) expect(gap).toBeLessThanOrEqual(i === 0 ? 20_000 : 80_000)
  await world.minutes(8)
  for (const id of ['a', 'b']) expect(world.cloud(id).machines).toHaveLength(3)
  expect(world.launches('a').every(({ failedAt }) => failedAt !== 'cloud')).toBe(true)
  await world.stop()
})

test('a cordon that fails is tried ever more rarely, and another agent is none the worse', async () => {
  const world = new FakePools({ a: { idleTimeoutMs: 60_000 } })
  world.start()
  await world.seconds(3)
  world.addTask('a', 5_000)
  await world.minutes(1)
  world.server.failNext('setCordon', new Transient('500'), 10_000)
  await world.minutes(30)
  const tries = world.outcomes.filter(({ action }) => action.kind === 'cordon')
  expect(tries.length).toBeGreaterThan(4)
  expect(tries.length).toBeLessThan(20)
  world.server.mend()
  await world.minutes(8)
  expect(world.cloud('a').machines).toEqual([])
  await world.stop()
})
