import { expect, test } from 'vitest'
import type { FakeMachine } from '../testing/fake-cloud.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

/** Agents whose machine's place in the order of all is in `deaf` are in contact, and ask for no work. */
function worldWithDeaf(isDeaf: (place: number) => boolean, options: FakeWorldOptions = {}): FakeWorld {
  let booted = 0
  const world: FakeWorld = new FakeWorld({
    ...options,
    cloud: {
      onBoot: ({ name }: FakeMachine) => {
        const agent = world.server.connect(name)
        if (isDeaf(booted++)) agent.asksFromAt = Number.POSITIVE_INFINITY
        return () => agent.kill()
      },
    },
  })
  return world
}

/** A server that cannot tell how many slots ask for work: that an agent is deaf shows in nothing else then. */
function withoutPolling(world: FakeWorld): void {
  const read = world.server.readQueue.bind(world.server)
  world.server.readQueue = async (call) => ({
    ...(await read(call)),
    pollingSlots: Number.POSITIVE_INFINITY,
  })
}

const servers: readonly (readonly [string, (world: FakeWorld) => void])[] = [
  ['tells', () => {}],
  ['cannot tell', withoutPolling],
]

test.each(servers)(
  'the server %s who asks: a task that no agent ever takes launches two machines, and then it is said',
  async (_, arrange) => {
    const world = worldWithDeaf(() => true)
    arrange(world)
    world.start()
    await world.seconds(3)
    world.server.addTask()
    await world.minutes(6)
    expect(world.cloud.history).toHaveLength(2)
    expect(world.holds.join('\n')).toMatch(/not-taken: 1 waiting task left alone by free agents/)
    await world.stop()
  },
)

test.each(servers)(
  'the server %s who asks: a hundred such tasks launch one machine each, and no more',
  async (_, arrange) => {
    const world = worldWithDeaf(() => true, { pool: { max: 500 } })
    arrange(world)
    world.start()
    await world.seconds(3)
    world.server.addTasks(100)
    await world.minutes(14)
    expect(world.cloud.history).toHaveLength(100)
    await world.stop()
  },
)

test('a task whose first agent is deaf gets a second that takes it', async () => {
  const world = worldWithDeaf((place) => place === 0)
  world.start()
  await world.seconds(3)
  const task = world.server.addTask({ durationMs: 1_000 })
  await world.minutes(2)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(2)
  await world.stop()
})

test.each(servers)(
  'the server %s who asks: however many deaf agents are there already, a task that waits gets a machine that takes it',
  async (_, arrange) => {
    const world = new FakeWorld()
    for (let agent = 0; agent < 5; agent++)
      world.server.addForeignAgent(`deaf-${agent}`).asksFromAt = Number.POSITIVE_INFINITY
    arrange(world)
    world.start()
    await world.seconds(3)
    const waiting = world.server.addTasks(3, { durationMs: 1_000 })
    await world.minutes(5)
    expect(waiting.map(({ fate }) => fate)).toEqual(['done', 'done', 'done'])
    expect(world.cloud.history.length).toBeLessThanOrEqual(3)
    await world.stop()
  },
)

test('agents that register without what their task asks for are no more than two', async () => {
  const world: FakeWorld = new FakeWorld({
    cloud: {
      onBoot: ({ name }: FakeMachine) => {
        const agent = world.server.connect(name, { labels: { repo: '*', platform: 'linux/arm64' } })
        return () => agent.kill()
      },
    },
  })
  world.start()
  await world.seconds(3)
  world.server.addTask({ labels: { platform: 'linux/amd64' } })
  await world.minutes(5)
  expect(world.cloud.history).toHaveLength(2)
  expect(world.holds.join('\n')).toContain('labels-differ')
  await world.stop()
})

test('when all agents that came up for a task were deaf, one more is tried after five minutes', async () => {
  const world = worldWithDeaf((place) => place < 2)
  world.start()
  await world.seconds(3)
  const task = world.server.addTask({ durationMs: 1_000 })
  await world.minutes(6)
  expect(world.cloud.history).toHaveLength(2)
  await world.minutes(4)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(3)
  await world.stop()
})

test.each([0, 2])(
  'deaf agents that fill the pool, of which it keeps %i, make room for one that takes what waits',
  async (min) => {
    const world = worldWithDeaf((place) => place < 2, { pool: { min, max: 2 } })
    world.start()
    await world.seconds(3)
    const waiting = world.server.addTasks(2, { durationMs: 1_000 })
    await world.minutes(60)
    expect(waiting.map(({ fate }) => fate)).toEqual(['done', 'done'])
    expect(world.cloud.peak).toBe(2)
    await world.stop()
  },
)

test('a new task does not answer for what an older one was left alone for', async () => {
  const world = worldWithDeaf((place) => place < 2)
  world.start()
  await world.seconds(3)
  const early = world.server.addTask({ durationMs: 1_000 })
  await world.minutes(5)
  const late = world.server.addTask({ durationMs: 1_000 })
  await world.minutes(2)
  expect([early.fate, late.fate]).toEqual(['done', 'done'])
  expect(world.cloud.history).toHaveLength(3)
  await world.stop()
})

test.each(servers)(
  'the server %s who asks: agents that leave a task alone are not kept for it',
  async (_, arrange) => {
    const world = worldWithDeaf(() => true)
    arrange(world)
    world.start()
    await world.seconds(3)
    world.server.addTask()
    await world.minutes(19)
    // One was tried a moment ago.
    expect(world.cloud.history.length - world.cloud.machines.length).toBeGreaterThanOrEqual(3)
    await world.stop()
  },
)

test('a task that its concurrency group held back is not one that was left alone', async () => {
  const world = new FakeWorld({ pool: { max: 10, idleTimeoutMs: 60_000 } })
  const group = { concurrency: { group: 'deploy', limit: 1 } }
  world.start()
  await world.seconds(3)
  const first = world.server.addTask({ ...group, durationMs: 20 * 60_000 })
  const second = world.server.addTask({ ...group, durationMs: 1_000 })
  await world.minutes(19)
  // Free ones were there all the while, for others.
  expect(world.cloud.history).toHaveLength(1)
  await world.minutes(4)
  expect([first.fate, second.fate]).toEqual(['done', 'done'])
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a task that nobody ever takes is tried ever more rarely', async () => {
  const world = worldWithDeaf(() => true)
  world.start()
  await world.seconds(3)
  world.server.addTask()
  await world.minutes(8 * 60)
  const made = world.cloud.history.map(({ createdAt }) => createdAt)
  const gaps = made.slice(1).map((at, i) => Math.round((at - made[i]!) / 60_000))
  expect(gaps.slice(0, 6)).toEqual([1, 6, 11, 21, 41, 61])
  expect(made.length).toBeLessThan(15)
  await world.stop()
})

test('a stream of new tasks that agents leave alone does not begin anew with each of them', async () => {
  const world = worldWithDeaf(() => true, { pool: { max: 100 } })
  world.start()
  await world.seconds(3)
  for (let minute = 0; minute < 3 * 60; minute++) {
    world.server.addTask({ durationMs: 1_000 })
    await world.minutes(1)
    if (minute === 5) expect(world.cloud.history.length).toBeLessThanOrEqual(5)
  }
  expect(world.cloud.history.length).toBeLessThanOrEqual(9)
  expect(world.holds.join('\n')).toContain('not-taken')
  await world.stop()
})

test('once an agent takes one of them, as many are launched as before', async () => {
  const world = worldWithDeaf((place) => place < 2, { pool: { max: 100 } })
  world.start()
  await world.seconds(3)
  world.server.addTask({ durationMs: 60_000 })
  await world.minutes(8)
  expect(world.cloud.history).toHaveLength(3)
  world.server.addTasks(4, { durationMs: 60_000 })
  await world.minutes(1)
  expect(world.cloud.history.length).toBeGreaterThanOrEqual(6)
  await world.stop()
})
