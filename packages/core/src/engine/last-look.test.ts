import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

/** An agent that is about to be ended; `meddle` happens after the plan, before the last look is answered. */
async function aboutToEnd(
  meddle: (world: FakeWorld, name: string) => void | Promise<void>,
): Promise<FakeWorld> {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
  const { server } = world
  const inspect = server.inspectAgent.bind(server)
  server.inspectAgent = async (id, call) => {
    const [machine] = world.cloud.machines
    if (machine) await meddle(world, machine.name)
    return inspect(id, call)
  }
  world.start()
  server.addTask({ durationMs: 5_000 })
  await world.minutes(2)
  return world
}

function refusals(world: FakeWorld): readonly (string | undefined)[] {
  return world.outcomes.filter(({ result }) => result === 'refused').map(({ detail }) => detail)
}

test('an agent whose cordon was lifted by hand in the last moment is kept', async () => {
  const world = await aboutToEnd(async ({ server }, name) => {
    const agent = server.agents.find((each) => each.name === name)
    if (agent) await server.setCordon(agent, false, { signal: new AbortController().signal })
  })
  expect(refusals(world)[0]).toBe('its cordon was lifted')
  expect(world.cloud.machines).toHaveLength(1)
  await world.stop()
})

test('an agent that was given a task in the last moment is kept, although the last look missed it', async () => {
  let given = false
  const world = await aboutToEnd(({ server }, name) => {
    if (given) return
    given = true
    server.letPollerSlip(name)
    const deleteAgent = server.deleteAgent.bind(server)
    // Between the last look and the deletion.
    server.deleteAgent = async (agent, call) => {
      const process = server.process(name)
      if (process) process.slipped = true
      server.addTask({ id: 'late', durationMs: 20_000 })
      server.dispatch()
      server.deleteAgent = deleteAgent
      return deleteAgent(agent, call)
    }
  })
  expect(refusals(world)).toContain('the server says that it has running tasks')
  await world.minutes(3)
  expect(world.server.task('late').fate).toBe('done')
  await world.stop()
})

test.each([
  ['cordoned', 0],
  ['deleted', 2],
])('a record that is another agent’s by the time it would be %s is left as it is', async (_, looks) => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 30_000 } })
  const inspect = world.server.inspectAgent.bind(world.server)
  let looked = 0
  world.server.inspectAgent = async (id, call) => {
    const now = await inspect(id, call)
    if (!now || looked++ < looks) return now
    return { ...now, agent: { ...now.agent, createdAt: now.agent.createdAt + 60_000 } }
  }
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(2)
  expect(refusals(world)[0]).toBe('the record is another agent’s now')
  expect(world.server.agents).toHaveLength(1)
  expect(world.server.agents[0]?.cordoned).toBe(looks > 0)
  await world.stop()
})

test('a machine whose record the lists have left out for minutes is kept, as the record is there', async () => {
  const world = new FakeWorld({ pool: { min: 1 } })
  const readAgents = world.server.readAgents.bind(world.server)
  world.start()
  await world.minutes(3)
  const [machine] = world.cloud.machines
  world.server.readAgents = async (call) => ({ ...(await readAgents(call)), agents: [] })
  await world.minutes(2)
  expect(refusals(world)).toContain('its record is there after all')
  expect(world.cloud.machines.map(({ name }) => name)).toContain(machine?.name)
  await world.stop()
})

test('a record that takes long to make is not asked for twice', async () => {
  const world = new FakeWorld()
  world.server.slowDown('createAgent', 25_000)
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(2)
  expect(world.cloud.history).toHaveLength(1)
  expect(world.outcomes.filter(({ action }) => action.kind === 'launch')).toHaveLength(1)
  await world.stop()
})

test('records that are forgotten at once are no list that shrank', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  for (let i = 0; i < 5; i++) world.cloud.loseAnswer('create')
  world.server.addTasks(5, { durationMs: 1_000 })
  await world.seconds(2)
  for (const { name } of world.cloud.machines) world.cloud.vanish(name)
  world.server.pause()
  await world.minutes(5)
  expect(world.deeds.filter((deed) => deed === 'forget zombie')).toHaveLength(5)
  const causes = world.reports.flatMap(({ plan }) => plan.holds.map(({ because }) => because))
  expect(causes).not.toContain('list-shrank')
  await world.stop()
})
