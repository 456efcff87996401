import { expect, test } from 'vitest'
import { FakePools } from '../testing/fake-pools.ts'
import { FakeWorld } from '../testing/fake-world.ts'

const says = (world: FakeWorld): boolean =>
  world.reports.some(({ plan }) => plan.holds.some(({ because }) => because === 'running-twice'))

test('an agent of our pool that we did not make is said once, and nothing is done to it', async () => {
  const world = new FakeWorld()
  world.start()
  await world.minutes(10)
  world.server.makeRecord('pool-1-agent-xyz')
  world.cloud.plant({ name: 'pool-1-agent-xyz' })
  await world.minutes(3)
  const told = world.lastPlan.holds.filter(({ because }) => because === 'running-twice')
  expect(told).toHaveLength(1)
  expect(told[0]?.reason).toContain('pool-1-agent-xyz')
  expect(world.outcomes).toEqual([])
  await world.minutes(65)
  expect(world.holds.join('\n')).not.toContain('running-twice')
  await world.stop()
})

test('a machine that another server’s autoscaler made under our pool id is said too', async () => {
  const world = new FakeWorld()
  world.start()
  await world.minutes(10)
  world.cloud.plant({ name: 'pool-1-agent-xyz' })
  await world.seconds(20)
  expect(says(world)).toBe(true)
  await world.stop()
})

test('where lists have names alone, the record tells', async () => {
  const world = new FakeWorld({ lists: 'names' })
  world.start()
  await world.minutes(10)
  world.server.makeRecord('pool-1-agent-xyz')
  world.cloud.plant({ name: 'pool-1-agent-xyz' })
  await world.seconds(20)
  expect(says(world)).toBe(true)
  await world.stop()
})

test('another pool’s agents are nobody’s business', async () => {
  const world = new FakePools({ a: {}, b: {} })
  world.start()
  await world.minutes(10)
  world.server.makeRecord('pool-c-agent-xyz')
  for (const id of ['a', 'b']) world.addTask(id, 1_000)
  await world.minutes(5)
  expect(world.holds.filter((hold) => hold.includes('running-twice'))).toEqual([])
  await world.stop()
})

const innocent: readonly (readonly [string, (world: FakeWorld) => Promise<void>])[] = [
  [
    'our own launches',
    async (world) => {
      world.server.addTasks(5, { durationMs: 30_000 })
      await world.minutes(10)
    },
  ],
  [
    'answers that were lost',
    async (world) => {
      world.server.loseAnswer('createAgent')
      world.cloud.loseAnswer('create')
      world.server.addTasks(3, { durationMs: 30_000 })
      await world.minutes(10)
    },
  ],
  [
    'a restart of ours in the middle of launches',
    async (world) => {
      world.cloud.hangNext('create', 'after-acting')
      world.server.addTasks(3, { durationMs: 30_000 })
      await world.seconds(1)
      world.restartProcess()
      await world.minutes(10)
    },
  ],
  [
    'machines that a list left out for long',
    async (world) => {
      world.server.addTasks(3, { durationMs: 30_000 })
      await world.minutes(1)
      for (const { name } of world.cloud.machines) world.cloud.hide(name, 400_000)
      world.restartProcess()
      await world.minutes(10)
    },
  ],
  [
    'a server that is away at our start',
    async (world) => {
      world.server.addTasks(3, { durationMs: 3_000_000 })
      await world.minutes(1)
      world.server.unreachableFor(20 * 60_000)
      world.restartProcess()
      await world.minutes(30)
    },
  ],
]

test.each(innocent)('%s: no false alarm', async (_, happens) => {
  const world = new FakeWorld({ cloud: { listLagMs: 40_000 } })
  world.start()
  await world.minutes(10)
  await happens(world)
  expect(world.cloud.history.length).toBeGreaterThan(0)
  expect(says(world)).toBe(false)
  await world.stop()
})

test('a fleet that is there at the start is taken over without a word', async () => {
  const world = new FakeWorld()
  for (const suffix of ['QCxjKL', 'aB3dEf']) {
    world.server.addForeignAgent(`pool-1-agent-${suffix}`)
    world.cloud.plant({ name: `pool-1-agent-${suffix}` })
  }
  world.start()
  await world.minutes(30)
  expect(says(world)).toBe(false)
  await world.stop()
})

test('two processes that run one pool are both told', async () => {
  const first = new FakePools({ a: { max: 20 } })
  const second = new FakePools({ a: { max: 20 } }, first)
  first.start()
  second.start()
  await first.minutes(6)
  for (let burst = 0; burst < 4; burst++) {
    for (let task = 0; task < 4; task++) first.addTask('a', 60_000)
    await first.minutes(2)
  }
  for (const process of [first, second]) expect(process.holds).toContain('a running-twice')
  await second.stop()
  await first.stop()
})
