import { expect, test } from 'vitest'
import { planFor, steps } from '../plan/scenario.ts'
import { aBootingAgent, anAgent, aPool, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { FakeWorld } from '../testing/fake-world.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'

async function atWork() {
  const world = new FakeWorld({ pool: { max: 1 } })
  world.start()
  await world.minutes(6)
  const task = world.server.addTask()
  await world.minutes(2)
  expect(task.queue).toBe('running')
  return { world, task, name: world.cloud.machines[0]!.name }
}

test('a machine that was deleted at work leaves its slot within some minutes, and the event names the lost job', async () => {
  const { world, task, name } = await atWork()
  world.cloud.vanish(name)
  const next = world.server.addTask({ durationMs: 60_000 })
  await world.minutes(5)
  expect(next.fate).toBe('done')
  expect(task.queue).toBe('gone')
  const forgotten = world.outcomes.find(({ action }) => action.because === 'machine-gone')
  expect(forgotten?.action.reason).toMatch(
    /its machine disappeared from the cloud \(in no list for 2m\S*, no heartbeat for 2m\S*\).*the job .* is lost/,
  )
  await world.stop()
})

test('an agent in contact is never forgotten, however long no list shows its machine', async () => {
  const { world, task, name } = await atWork()
  world.cloud.hide(name, 60 * MINUTE_MS)
  await world.minutes(30)
  expect(task.queue).toBe('running')
  expect(world.server.agents).toHaveLength(1)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a record that the server calls busy is asked about again until its lease has ended', async () => {
  const { world, name } = await atWork()
  world.cloud.vanish(name)
  const inspect = world.server.inspectAgent.bind(world.server)
  let asked = 0
  world.server.inspectAgent = async (id, call) => {
    const seen = await inspect(id, call)
    asked++
    return seen && { ...seen, busy: asked < 4 }
  }
  await world.minutes(4)
  expect(asked).toBeGreaterThanOrEqual(4)
  expect(world.server.agents.some((agent) => agent.name === name)).toBe(false)
  await world.stop()
})

test('a dozen records of an earlier life take no room at the start', async () => {
  const world = new FakeWorld({ pool: { max: 2 } })
  for (const letter of 'abcdefghijkl') {
    const { id } = world.server.makeRecord(`pool-1-agent-${letter}`)
    if (letter < 'g') world.server.connect(`pool-1-agent-${letter}`).kill()
    expect(id).toBeDefined()
  }
  await world.minutes(60)
  world.start()
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  expect(task.fate).toBe('done')
  expect(world.cloud.peak).toBe(1)
  await world.minutes(5)
  expect(world.server.agents).toHaveLength(1)
  await world.stop()
})

const old = { createdAt: testStartAt - 60 * MINUTE_MS, lastContactAt: testStartAt - 40 * MINUTE_MS }

test('a record whose machine was in a list a moment ago takes room', () => {
  const plan = planFor({
    pools: [aPool({ max: 1 })],
    agents: [anAgent({ name: a, ...old })],
    tasks: tasks(1),
    remember: (memory) => ({
      ...memory,
      machines: new Map([
        [
          a,
          {
            ...memory.machines.get(a)!,
            lastListedAt: testStartAt - 20_000,
            missingSinceAt: testStartAt - 10_000,
          },
        ],
      ]),
    }),
  })
  expect(steps(plan)).toEqual([])
})

test('a record of a launch whose answer was lost takes room while its machine may appear', () => {
  const plan = planFor({
    pools: [aPool({ max: 1 })],
    agents: [aBootingAgent({ name: a, createdAt: testStartAt - 60_000 })],
    tasks: tasks(2),
    watchedForMs: 60_000,
  })
  expect(steps(plan)).toEqual([])
})

test('while a list has shrunk implausibly, records without a machine take room', () => {
  const shrunk = (shrank: boolean) =>
    planFor({
      pools: [aPool({ max: 1 })],
      agents: [anAgent({ name: a, ...old })],
      tasks: [aTask()],
      remember: (memory) => ({
        ...memory,
        listShrank: shrank ? { untilAt: testStartAt + MINUTE_MS, what: 'the list of machines' } : undefined,
      }),
    })
  expect(steps(shrunk(true))).toEqual([])
  expect(steps(shrunk(false))).toEqual(['launch demand', `forget ${a} machine-gone`])
})

test('an idle agent in contact keeps its record, although no list has shown its machine for an hour', () => {
  const plan = planFor({ agents: [anAgent({ name: a, lastWorkAt: testStartAt - 30_000 })] })
  expect(steps(plan)).toEqual([])
})
