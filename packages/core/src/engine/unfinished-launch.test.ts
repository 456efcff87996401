import { expect, test } from 'vitest'
import { recordOutcome } from '../memory/outcomes.ts'
import { nameOf } from '../model/action-name.ts'
import { firstMemory, type Memory } from '../model/memory.ts'
import type { Outcome } from '../model/report.ts'
import { planFor, steps } from '../plan/scenario.ts'
import { OfferingUnavailable, Transient } from '../ports/errors.ts'
import type { Provider } from '../ports/provider.ts'
import { aBootingAgent, aPool, aTask, testStartAt } from '../testing/builders.ts'
import type { FakeTask } from '../testing/fake-task.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

const a = 'pool-1-agent-a'

function whoseNamesAreNotUnique({ createIsIdempotent: _, ...provider }: Provider): Provider {
  return provider
}

interface Killed {
  readonly world: FakeWorld
  readonly task: FakeTask
  readonly name: string
}

/** Killed with -9 between the record of its first launch and the machine, and started again at once. */
async function killedInMidLaunch(options: FakeWorldOptions = {}, before?: (world: FakeWorld) => void) {
  const world = new FakeWorld({ pool: { max: 1 }, ...options })
  world.start()
  await world.seconds(11)
  world.cloud.hangNext('create')
  const task = world.server.addTask({ durationMs: 60_000 })
  await world.seconds(2)
  const name = world.server.agents[0]!.name
  expect(world.cloud.history).toEqual([])
  before?.(world)
  world.restartProcess()
  return { world, task, name } satisfies Killed
}

test.each([1, 20])(
  'its task gets the machine under the same name at the second tick, with max %d',
  async (max) => {
    const { world, task, name } = await killedInMidLaunch({ pool: { max } })
    await world.seconds(12)
    expect(world.cloud.history.map((machine) => machine.name)).toEqual([name])
    await world.seconds(25)
    expect(task.queue).toBe('running')
    await world.minutes(20)
    expect(world.cloud.history).toHaveLength(1)
    expect(world.server.agents).toEqual([])
    await world.stop()
  },
)

test('the repeated launch says that it is one', async () => {
  const { world, name } = await killedInMidLaunch()
  await world.seconds(12)
  const launch = world.outcomes.find(({ action }) => action.kind === 'launch' && action.name === name)
  expect(launch?.action.reason).toMatch(/^no free slot takes .*; repeats a launch that was left unfinished$/)
  await world.stop()
})

test('a machine that the dead process ordered, and that shows up in the second list, is kept as it is', async () => {
  const { world, task, name } = await killedInMidLaunch()
  await world.seconds(5)
  world.cloud.plant({ name })
  await world.minutes(3)
  expect(task.fate).toBe('done')
  expect(world.outcomes.filter(({ action }) => nameOf(action) === name && action.kind === 'launch')).toEqual(
    [],
  )
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test.each([5_000, 60_000])(
  'an order of the dead process that lists show only after %d ms makes one machine',
  async (lag) => {
    const { world, task, name } = await killedInMidLaunch({ cloud: { listLagMs: lag } })
    world.cloud.plant({ name })
    await world.minutes(4)
    expect(task.fate).toBe('done')
    expect(world.cloud.history).toHaveLength(1)
    await world.stop()
  },
)

test.each([1, 20])(
  'without unique names its task waits until lists can no longer be wrong, with max %d',
  async (max) => {
    const { world, task } = await killedInMidLaunch({ pool: { max }, provider: whoseNamesAreNotUnique })
    await world.seconds(110)
    expect(world.cloud.history).toEqual([])
    await world.seconds(25)
    expect(world.cloud.history).toHaveLength(1)
    await world.minutes(2)
    expect(task.fate).toBe('done')
    await world.stop()
  },
)

test('a repeat whose answer is lost makes no second machine', async () => {
  const { world, task } = await killedInMidLaunch({ pool: { max: 20 } })
  world.cloud.loseAnswer('create')
  await world.minutes(4)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a repeat that fails keeps the record, and its place, as the first order may still arrive', async () => {
  const { world, name } = await killedInMidLaunch()
  world.cloud.failNext('create', new OfferingUnavailable('sold out'), 1_000)
  for (let waited = 0; waited < 110; waited += 10) {
    await world.seconds(10)
    expect(world.server.agents.map((agent) => agent.name)).toEqual([name])
  }
  world.cloud.plant({ name })
  world.cloud.mend()
  await world.minutes(3)
  expect(world.cloud.peak).toBe(1)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a repeat that the server refused is tried again', async () => {
  const { world, task, name } = await killedInMidLaunch()
  world.server.failNext('createAgent', new Transient('500'))
  await world.minutes(2)
  expect(task.fate).toBe('done')
  expect(world.cloud.history.map((machine) => machine.name)).toEqual([name])
  await world.stop()
})

test('a record that nothing needs any more is deleted, and gets no machine', async () => {
  const { world, task } = await killedInMidLaunch({}, ({ server }) => {
    const labels = server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' })
    server.addForeignAgent('of-somebody-else', { labels })
  })
  await world.minutes(4)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toEqual([])
  expect(world.deeds).toEqual(['forget zombie'])
  await world.stop()
})

test('the minimum of a pool is kept by the launch that was under way', async () => {
  const world = new FakeWorld({ pool: { min: 2, max: 2 } })
  world.cloud.hangNext('create')
  world.cloud.hangNext('create')
  world.start()
  await world.seconds(5)
  const names = world.server.agents.map(({ name }) => name)
  expect(names).toHaveLength(2)
  world.restartProcess()
  await world.seconds(15)
  expect(world.cloud.machines.map(({ name }) => name).sort()).toEqual(names.sort())
  await world.stop()
})

test('killed again while it repeats, it still makes one machine', async () => {
  const { world, task, name } = await killedInMidLaunch({ pool: { max: 20 } })
  world.cloud.hangNext('create', 'after-acting')
  await world.seconds(12)
  world.restartProcess()
  await world.minutes(3)
  expect(task.fate).toBe('done')
  expect(world.cloud.history.map((machine) => machine.name)).toEqual([name])
  await world.stop()
})

// ---- which records

const booting = () => aBootingAgent({ name: a, createdAt: testStartAt - 30_000 })
const unfinished = {
  pools: [aPool({ max: 1 })],
  repeatable: ['1'],
  agents: [booting()],
  tasks: [aTask()],
  watchedForMs: 15_000,
}

test('the launch of a record without a machine is repeated after two lists', () => {
  expect(steps(planFor(unfinished))).toEqual([`launch ${a} demand`])
})

test('a record that somebody has cordoned gets no machine', () => {
  expect(steps(planFor({ ...unfinished, agents: [{ ...booting(), cordoned: true }] }))).toEqual([])
})

test('a record with a second one of its name gets no machine', () => {
  const twin = { ...booting(), id: 'twin' }
  expect(steps(planFor({ ...unfinished, agents: [booting(), twin] }))).toEqual([])
})

test('an order to drain it is respected', () => {
  expect(steps(planFor({ ...unfinished, orders: { drained: new Set([a]) } }))).toEqual([])
})

test('a paused pool repeats nothing', () => {
  expect(steps(planFor({ ...unfinished, orders: { paused: new Set(['1']) } }))).toEqual([])
})

test('its place counts: of two tasks one gets the repeat, and no third machine is launched', () => {
  const two = { ...unfinished, pools: [aPool({ max: 2 })], tasks: [aTask(), aTask(), aTask()] }
  expect(steps(planFor(two))).toEqual([`launch ${a} demand`, 'launch demand'])
})

test('its place counts towards the limits of all pools', () => {
  const fleet = { maxMachines: 1 }
  expect(steps(planFor({ ...unfinished, pools: [aPool({ max: 5 })], fleet }))).toEqual([`launch ${a} demand`])
})

test('above a lowered maximum it is not repeated', () => {
  const agents = [booting(), aBootingAgent({ ...booting(), id: 'b', name: 'pool-1-agent-b' })]
  const plan = planFor({ ...unfinished, agents, tasks: [aTask(), aTask()] })
  expect(steps(plan)).toEqual([])
})

test('an old record is not given up while no list shows the machine of its repeated launch yet', () => {
  const old = {
    pools: [aPool({ max: 5, inactivityTimeoutMs: 600_000 })],
    agents: [{ ...booting(), createdAt: testStartAt - 620_000 }],
    tasks: [aTask()],
    remember: (memory: Memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - 30_000]]) }),
  }
  expect(steps(planFor(old))).toEqual([])
})

test('what was launched from other settings says nothing of these', () => {
  const action = {
    kind: 'launch',
    pool: '1',
    name: a,
    because: 'demand',
    reason: 'r',
    avoid: [],
    machineType: 'b',
  } as const
  const outcome: Outcome = { action, name: a, at: 1_000, tookMs: 1_000, result: 'done', configuration: 'new' }
  const { trials } = recordOutcome(firstMemory(0), outcome, () => 0)
  expect(trials.launched.get(a)).toMatchObject({ configuration: '', machineType: undefined })
})
