import { expect, test } from 'vitest'
import { planFor, steps } from '../plan/scenario.ts'
import { aMachine, anAgent, aPool, aTask, tasks, testStartAt, usualLabels } from '../testing/builders.ts'
import type { FakeAgent } from '../testing/fake-agent.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'

/** One machine, idle, with an agent of ours; what registers beside it is for the test. */
async function withMachine(options: FakeWorldOptions = {}) {
  const world = new FakeWorld({ ...options, pool: { idleTimeoutMs: 2 * MINUTE_MS, ...options.pool } })
  world.start()
  await world.minutes(6)
  world.server.addTask({ durationMs: 5_000 })
  await world.seconds(40)
  const [machine] = world.cloud.machines
  expect(machine).toBeDefined()
  return {
    world,
    name: machine!.name,
    besides: () => world.server.registerItself(machine!.name, { labels: twinOnly }),
  }
}

/** Only the second agent takes tasks for it. */
const twinOnly = { ...usualLabels, 'only-for': 'twin' }
const forTwin = { labels: { 'only-for': 'twin' } }

const recordsOf = (world: FakeWorld, name: string) =>
  world.server.agents.filter((agent) => agent.name === name)

test('a machine stays while a second agent of its name works, and the plan names both agents', async () => {
  const { world, name, besides } = await withMachine()
  besides()
  const task = world.server.addTask({ ...forTwin, durationMs: 20 * MINUTE_MS })
  await world.minutes(10)
  expect(task.queue).toBe('running')
  expect(world.cloud.machine(name)).toBeDefined()
  expect(world.holds.find((text) => text.startsWith('same-name'))).toMatch(
    /2 agents have its name \(agents 1, 2\): agent 2 registered itself with the shared secret/,
  )
  await world.minutes(20)
  expect(task.fate).toBe('done')
  expect(world.cloud.machines).toEqual([])
  expect(world.server.agents).toEqual([])
  await world.stop()
})

test('a second agent that takes a task in the middle of the drain keeps its machine', async () => {
  const { world, name, besides } = await withMachine()
  await world.seconds(80)
  const drains = () => recordsOf(world, name)[0]?.cordoned === true
  while (!drains()) await world.seconds(1)
  const task = world.server.addTask({ ...forTwin, durationMs: 10 * MINUTE_MS })
  await world.seconds(8)
  besides()
  await world.minutes(9)
  expect(task.queue).toBe('running')
  expect(world.cloud.machine(name)).toBeDefined()
  await world.minutes(10)
  expect(task.fate).toBe('done')
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('every agent of the name is cordoned before the machine is terminated', async () => {
  const { world, name, besides } = await withMachine()
  besides()
  besides()
  let all = 0
  let last: readonly boolean[] = []
  while (world.cloud.machine(name)) {
    const records = recordsOf(world, name)
    if (records.length > 0) last = records.map(({ cordoned }) => cordoned)
    all = Math.max(all, records.length)
    await world.seconds(1)
  }
  expect(all).toBe(3)
  expect(last.every(Boolean)).toBe(true)
  await world.seconds(30)
  expect(world.server.agents).toEqual([])
  await world.stop()
})

test('a second agent without heartbeat that had work keeps the machine as long as a pipeline may take', async () => {
  const { world, name, besides } = await withMachine({ caution: { longestPipelineMs: 60 * MINUTE_MS } })
  const twin: FakeAgent = besides()
  world.server.addTask(forTwin)
  await world.seconds(30)
  expect(twin.running.size).toBe(1)
  twin.silence()
  await world.minutes(60)
  expect(world.cloud.machine(name)).toBeDefined()
  await world.minutes(25)
  expect(world.cloud.machine(name)).toBeUndefined()
  await world.stop()
})

test('a second agent without heartbeat and without work keeps the machine for the inactivity timeout only', async () => {
  const { world, name, besides } = await withMachine()
  besides().silence()
  await world.minutes(8)
  expect(world.cloud.machine(name)).toBeDefined()
  await world.minutes(10)
  expect(world.cloud.machine(name)).toBeUndefined()
  await world.stop()
})

test('when demand returns during the drain, the further agents take tasks again too', async () => {
  const { world, name, besides } = await withMachine()
  besides()
  while (!recordsOf(world, name).every(({ cordoned }) => cordoned)) await world.seconds(1)
  world.server.addTask({ durationMs: 5 * MINUTE_MS, labels: { platform: 'linux/amd64' } })
  await world.seconds(40)
  expect(recordsOf(world, name).map(({ cordoned }) => cordoned)).toEqual([false, false])
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('while its own agent is dead, the second one decides: no work is lost', async () => {
  const { world, name, besides } = await withMachine()
  besides()
  const task = world.server.addTask({ ...forTwin, durationMs: 30 * MINUTE_MS })
  await world.seconds(20)
  world.server.process(name)!.silence()
  await world.minutes(25)
  expect(task.queue).toBe('running')
  expect(world.cloud.machine(name)).toBeDefined()
  await world.minutes(30)
  expect(task.fate).toBe('done')
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('a machine for one task stays while a second agent of its name works', () => {
  const plan = planFor({
    pools: [aPool({ mode: 'ephemeral' })],
    agents: [anAgent({ name: a, cordoned: true, lastContactAt: testStartAt - 5 * MINUTE_MS }), twin()],
    machines: [aMachine({ name: a })],
    tasks: [twinsTask],
  })
  expect(steps(plan)).toEqual(['cordon pool-1-agent-a one-task'])
})

const twin = (more: Parameters<typeof anAgent>[0] = {}) =>
  anAgent({ name: a, id: 'twin', registeredItself: true, ...more })
const twinsTask = aTask({ id: 'of-twin', state: 'running', agentId: 'twin' })

test('of two records neither of which is due, the machine that is to be drained by order waits for both', () => {
  const plan = planFor({
    agents: [anAgent({ name: a, cordoned: true }), twin()],
    machines: [aMachine({ name: a })],
    tasks: [twinsTask],
    orders: { drained: new Set([a]) },
  })
  expect(steps(plan)).toEqual([])
  expect(plan.holds.map(({ because }) => because)).toEqual(['same-name', 'may-work'])
})

test('a record of another organization with the same name that works keeps the machine', () => {
  const plan = planFor({
    agents: [
      anAgent({ name: a }),
      anAgent({ name: a, id: 'twin', labels: { ...usualLabels, 'org-id': '3' } }),
    ],
    machines: [aMachine({ name: a })],
    tasks: [twinsTask],
  })
  expect(steps(plan)).toEqual([])
  expect(plan.holds.find(({ because }) => because === 'same-name')?.reason).toContain('another organization')
})

test('an id that a restored database gave to another record is no work of the machine without one', () => {
  const b = 'pool-1-agent-b'
  const plan = planFor({
    agents: [anAgent({ name: b, id: '7' })],
    machines: [aMachine({ name: a }), aMachine({ name: b })],
    tasks: [aTask({ id: 'of-b', state: 'running', agentId: '7' })],
    remember: (memory) => ({
      ...memory,
      machines: new Map(memory.machines).set(a, { ...memory.machines.get(a)!, agentId: '7' }),
    }),
  })
  expect(steps(plan)).toEqual([`terminate ${a} orphan`])
})

test('slots of a second agent count for what waits, and its work for the machine', () => {
  const plan = planFor({
    agents: [anAgent({ name: a, lastWorkAt: testStartAt - 30_000 }), twin({ capacity: 2 })],
    machines: [aMachine({ name: a })],
    tasks: [...tasks(2), twinsTask],
    remember: (memory) => ({ ...memory, pendingSince: new Map() }),
  })
  expect(steps(plan)).toEqual([])
  expect(plan.pools[0]?.members[0]).toMatchObject({ state: 'busy', running: 1, capacity: 3 })
})
