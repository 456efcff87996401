import { expect, test } from 'vitest'
import { type FakePoolOptions, FakePools } from '../testing/fake-pools.ts'
import { FakeWorld } from '../testing/fake-world.ts'

const deaf = { machines: { onBoot: () => undefined } } satisfies FakePoolOptions

function launchWaves(world: FakePools, pool: string): readonly number[] {
  return [...new Set(world.launches(pool).map(({ at, tookMs }) => at - tookMs))]
}

test('where machines never connect launching stops, says so, and one at a time is tried, ever more rarely', async () => {
  const world = new FakePools({ a: { ...deaf, max: 50 } })
  world.start()
  await world.seconds(3)
  for (let task = 0; task < 5; task++) world.addTask('a')
  await world.minutes(120)
  expect(world.holds).toContain('a never-connect')
  const waves = launchWaves(world, 'a')
  const counts = waves.map((begun) => world.launches('a').filter((l) => l.at - l.tookMs === begun).length)
  expect(counts[0]).toBe(5)
  expect(counts.slice(1).every((count) => count === 1)).toBe(true)
  const gaps = waves.slice(1).map((at, i) => at - waves[i]!)
  expect(gaps[0]!).toBeGreaterThan(4 * 60_000)
  expect(gaps.at(-1)!).toBeGreaterThan(12 * 60_000)
  expect(gaps.at(-1)!).toBeLessThan(18 * 60_000)
  await world.stop()
})

test('the first that connects closes the breaker, and what waits gets its machines', async () => {
  let broken = true
  const world = new FakeWorld({
    pool: { max: 30 },
    cloud: {
      onBoot: ({ name }) => {
        if (broken) return undefined
        const agent = world.server.connect(name)
        return () => agent.kill()
      },
    },
  })
  world.start()
  await world.seconds(3)
  world.server.addTasks(6)
  await world.minutes(30)
  expect(world.holds.join('\n')).toMatch(/never-connect: \d+ of the last \d+ launches never connected/)
  broken = false
  await world.minutes(25)
  expect(world.server.tasks.filter(({ queue }) => queue === 'running')).toHaveLength(6)
  expect(world.holds.join('\n')).not.toContain('never-connect')
  await world.stop()
})

test('the breaker stays open while nobody wants anything, and the next demand tries one first', async () => {
  const world = new FakePools({ a: { ...deaf, max: 50 } })
  world.start()
  await world.seconds(3)
  for (let task = 0; task < 5; task++) world.addTask('a')
  await world.minutes(5)
  world.server.pause()
  await world.minutes(90)
  const before = world.cloud('a').history.length
  world.server.resume()
  await world.seconds(30)
  expect(world.cloud('a').history.length - before).toBe(1)
  await world.stop()
})

test('fewer than four that never connect stop nothing', async () => {
  const world = new FakePools({ a: { ...deaf, max: 50 } })
  world.start()
  await world.seconds(3)
  for (let task = 0; task < 3; task++) world.addTask('a')
  await world.seconds(220)
  expect(world.cloud('a').history).toHaveLength(6)
  await world.stop()
})

test('machines that never connect in one pool do not hold another whose machines do', async () => {
  const world = new FakePools({ sick: { ...deaf, max: 50 }, sound: { max: 50 } })
  world.start()
  await world.seconds(3)
  for (let task = 0; task < 20; task++) world.addTask('sick')
  world.addTask('sound', 1_000)
  await world.minutes(20)
  expect(world.holds).toContain('sick never-connect')
  for (let task = 0; task < 20; task++) world.addTask('sound')
  await world.minutes(2)
  expect(world.server.tasks.filter(({ queue }) => queue === 'running')).toHaveLength(20)
  await world.stop()
})

test('nor one that has launched nothing yet', async () => {
  const world = new FakePools({ sick: { ...deaf, max: 50 }, fresh: { max: 50 } })
  world.start()
  await world.seconds(3)
  for (let task = 0; task < 20; task++) world.addTask('sick')
  await world.minutes(10)
  for (let task = 0; task < 10; task++) world.addTask('fresh')
  await world.minutes(1)
  expect(world.server.tasks.filter(({ queue }) => queue === 'running')).toHaveLength(10)
  await world.stop()
})

test('where the machines of several pools never connect, and no pool’s do, all are stopped as one', async () => {
  const world = new FakePools({ a: { ...deaf, max: 50 }, b: { ...deaf, max: 50 }, c: { ...deaf, max: 50 } })
  world.start()
  await world.seconds(3)
  for (let task = 0; task < 2; task++) for (const id of ['a', 'b']) world.addTask(id)
  await world.minutes(6)
  expect(world.holds).toContain('all never-connect')
  // The third has not failed yet: it tries one at once, but no more than one.
  for (let task = 0; task < 10; task++) world.addTask('c')
  await world.minutes(60)
  const launches = ['a', 'b', 'c'].flatMap((id) => world.launches(id))
  const begun = launches.map(({ at, tookMs }) => at - tookMs).sort((x, y) => x - y)
  expect(world.launches('c').length).toBeGreaterThanOrEqual(1)
  expect(begun.length).toBeLessThan(14)
  const afterFirst = begun.slice(4)
  for (const [i, at] of afterFirst.slice(1).entries())
    expect(at - afterFirst[i]!).toBeGreaterThanOrEqual(180_000)
  await world.stop()
})

test('time in which the server was away is no failure of machines', async () => {
  const world = new FakeWorld({ pool: { max: 30 }, cloud: { bootDelayMs: 60_000 } })
  world.start()
  await world.seconds(3)
  world.server.addTasks(6)
  await world.seconds(10)
  world.server.restart({ awayMs: 8 * 60_000 })
  await world.minutes(10)
  for (const report of world.reports)
    expect(report.plan.holds.map(({ because }) => because)).not.toContain('never-connect')
  await world.stop()
})

test('a process that has just started takes machines that never connected into account', async () => {
  const world = new FakeWorld({
    pool: { max: 50, inactivityTimeoutMs: 3_600_000 },
    cloud: { onBoot: () => undefined },
  })
  world.start()
  await world.seconds(3)
  world.server.addTasks(5)
  await world.minutes(2)
  world.restartProcess()
  await world.minutes(3.5)
  expect(world.holds.join('\n')).toContain('never-connect')
  await world.stop()
})
