import { expect, test } from 'vitest'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

const BOX = 'i-0001'

/** A machine made by hand, stopped, and nobody has said which agent is on it. */
async function unnamedAtRest(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const labels = { repo: '*', 'org-id': '*', os: 'plan9' }
  const world = new FakeWorld({
    standing: [{ id: BOX, agent: 'somebody', labels, unnamed: true }],
    ...options,
    pool: { min: 0, max: 0, idleTimeoutMs: 120_000, ...options.pool },
  })
  world.cloud.stop(BOX)
  world.start()
  await world.minutes(6)
  return world
}

function state(world: FakeWorld): string | undefined {
  return world.cloud.machine(BOX)?.state
}

test('any task starts it, and it is stopped once the queue was empty for its idle timeout', async () => {
  const world = await unnamedAtRest()
  const task = world.server.addTask({ labels: { repo: 'acme/app', os: 'plan9' }, durationMs: 60_000 })
  await world.minutes(1.5)
  expect(task.fate).toBe('done')
  expect(world.holds.join('\n')).toContain('agent-unknown: nobody has said which agent is on it')
  await world.minutes(1.5)
  expect(state(world)).toBe('running')
  await world.minutes(1)
  expect(state(world)).toBe('stopped')
  expect(world.deeds).toEqual(['start demand', 'park all-quiet'])
  await world.stop()
})

test('nothing is written into any record', async () => {
  const world = await unnamedAtRest()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(5)
  expect(world.server.agents.map(({ cordoned, name }) => [cordoned, name])).toEqual([[false, 'somebody']])
  await world.stop()
})

test('it runs on while any agent has a task', async () => {
  const world = await unnamedAtRest()
  world.server.addForeignAgent('elsewhere', { labels: { repo: '*', 'org-id': '*' } })
  world.server.addTask({ labels: { os: 'plan9' }, durationMs: 5_000 })
  await world.seconds(30)
  world.server.addTask({ durationMs: 30 * 60_000 })
  await world.minutes(29)
  expect(state(world)).toBe('running')
  await world.minutes(5)
  expect(state(world)).toBe('stopped')
  await world.stop()
})

test('a task that another agent takes does not start it', async () => {
  const world = await unnamedAtRest()
  world.server.addForeignAgent('elsewhere', { labels: { repo: '*', 'org-id': '*' } })
  await world.seconds(10)
  world.server.addTask({ durationMs: 60_000 })
  await world.minutes(2)
  expect(state(world)).toBe('stopped')
  await world.stop()
})

test('work that a restarted server has forgotten keeps it running', async () => {
  const world = await unnamedAtRest()
  const long = world.server.addTask({ durationMs: 20 * 60_000 })
  await world.minutes(1)
  world.server.restart()
  await world.minutes(25)
  expect(long.fate).toBe('done')
  await world.minutes(10)
  expect(state(world)).toBe('stopped')
  await world.stop()
})

test('a task that comes in the last moment is seen by the last look', async () => {
  const world = await unnamedAtRest()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  const { server } = world
  const readAgents = server.readAgents.bind(server)
  const readQueue = server.readQueue.bind(server)
  let isOfTick = false
  server.readAgents = (call) => {
    isOfTick = true
    return readAgents(call)
  }
  let late: { fate: string } | undefined
  server.readQueue = (call) => {
    // The last look reads the queue alone.
    if (!isOfTick) late ??= server.addTask({ labels: { os: 'plan9' }, durationMs: 60_000 })
    isOfTick = false
    return readQueue(call)
  }
  while (!late) await world.seconds(1)
  await world.minutes(1)
  expect(world.outcomes.at(-1)).toMatchObject({ result: 'refused', detail: 'a task is in the queue' })
  await world.minutes(1)
  expect(late.fate).toBe('done')
  await world.stop()
})

test('one that was started by hand has its idle timeout', async () => {
  const world = await unnamedAtRest()
  await world.cloud.start(BOX, new AbortController().signal)
  await world.minutes(1.9)
  expect(state(world)).toBe('running')
  await world.minutes(1)
  expect(state(world)).toBe('stopped')
  await world.stop()
})

test('our own start stops nothing before the grace is over', async () => {
  const world = await unnamedAtRest()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  world.restartProcess()
  await world.minutes(4.9)
  expect(state(world)).toBe('running')
  await world.minutes(1)
  expect(state(world)).toBe('stopped')
  await world.stop()
})

test('one that hangs while it stops is forced, although a task waits for it', async () => {
  const world = await unnamedAtRest()
  world.server.addTask({ durationMs: 5_000 })
  world.cloud.hangAtStop(BOX)
  while (state(world) !== 'stopping') await world.seconds(1)
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(9)
  expect(world.deeds).not.toContain('park hangs')
  await world.minutes(3)
  expect(world.deeds).toContain('park hangs')
  expect(task.fate).toBe('done')
  await world.stop()
})
