import { expect, test } from 'vitest'
import { Rejected, Transient } from '../ports/errors.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

/** A pool that keeps one stopped machine for an hour; its one machine has just been stopped. */
async function withParked(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = new FakeWorld({
    ...options,
    pool: { idleTimeoutMs: 30_000, parked: { max: 1, forMs: 3_600_000 }, ...options.pool },
  })
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(2)
  expect(world.cloud.machines.map(({ state }) => state)).toEqual(['stopped'])
  return world
}

test('a drained machine is stopped, and its record stays, cordoned', async () => {
  const world = await withParked()
  expect(world.deeds).toEqual(['launch demand', 'cordon idle', 'cordon carried-on', 'park drained'])
  expect(world.server.agents.map(({ cordoned }) => cordoned)).toEqual([true])
  await world.stop()
})

test('the next task starts the stopped machine instead of a new one, and gets done', async () => {
  const world = await withParked()
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  expect(world.deeds).toContain('start demand')
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a start that is refused leaves the task to a new machine', async () => {
  const world = await withParked()
  world.cloud.failNext('start', new Transient('no capacity'), 100)
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(2)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(2)
  await world.stop()
})

test('a machine whose agent was called back by hand in the last moment is not stopped', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000, parked: { max: 1, forMs: 3_600_000 } } })
  const { server } = world
  const inspect = server.inspectAgent.bind(server)
  server.inspectAgent = async (id, call) => {
    const agent = server.agents.find((each) => each.id === id)
    // After the second cordon the next look is the last one before the machine is stopped.
    if (agent && world.deeds.includes('cordon carried-on')) await server.setCordon(agent, false, call)
    return inspect(id, call)
  }
  world.start()
  await world.seconds(11)
  server.addTask({ durationMs: 5_000 })
  while (!world.outcomes.some(({ action }) => action.kind === 'park')) await world.seconds(1)
  expect(world.outcomes.at(-1)).toMatchObject({ result: 'refused', detail: 'its cordon was lifted' })
  expect(world.cloud.machines.map(({ state }) => state)).toEqual(['running'])
  await world.stop()
})

test('no more machines are kept than wanted: the others are ended', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000, parked: { max: 2, forMs: 3_600_000 } } })
  world.start()
  await world.seconds(11)
  world.server.addTasks(5, { durationMs: 5_000 })
  await world.minutes(5)
  expect(world.cloud.machines.map(({ state }) => state)).toEqual(['stopped', 'stopped'])
  expect(world.server.agents).toHaveLength(2)
  await world.stop()
})

test('a stopped machine that nobody needed for its time is ended, with its record', async () => {
  const world = await withParked()
  await world.minutes(61)
  expect(world.cloud.machines).toEqual([])
  expect(world.server.agents).toEqual([])
  expect(world.deeds.at(-1)).toBe('terminate parked')
  await world.stop()
})

test('a process that starts anew finds stopped machines, and uses them', async () => {
  const world = await withParked()
  world.restartProcess()
  await world.minutes(7)
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(2)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('killed between the start of a machine and its uncordoning, the next process uncordons it', async () => {
  const world = await withParked()
  world.server.hangNext('setCordon')
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.seconds(3)
  world.restartProcess()
  await world.minutes(3)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('stopped machines count towards the maximum', async () => {
  const world = await withParked({ pool: { max: 2 } })
  world.server.addTasks(4, { durationMs: 30_000 })
  await world.minutes(4)
  expect(world.cloud.peak).toBe(2)
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  await world.stop()
})

test('a machine started by hand is stopped again, by all the steps of the safe scale-down', async () => {
  const world = await withParked()
  const [{ name } = { name: '' }] = world.cloud.machines
  await world.cloud.start(name, new AbortController().signal)
  await world.seconds(35)
  expect(world.cloud.machine(name)?.state).toBe('running')
  await world.minutes(2)
  expect(world.cloud.machine(name)?.state).toBe('stopped')
  expect(world.deeds.slice(-3)).toEqual(['cordon carried-on', 'cordon carried-on', 'park drained'])
  await world.stop()
})

test('a machine that cannot be stopped is asked a few times, ever more rarely, and then ended', async () => {
  const world = new FakeWorld({
    pool: { idleTimeoutMs: 30_000, parked: { max: 1, forMs: 3_600_000 } },
    provider: (provider) => ({
      ...provider,
      stopAgent: async () => {
        throw new Rejected('this machine cannot be stopped')
      },
    }),
  })
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(10)
  expect(world.outcomes.filter(({ action }) => action.kind === 'park')).toHaveLength(3)
  expect(world.deeds.at(-1)).toBe('terminate drained')
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})
