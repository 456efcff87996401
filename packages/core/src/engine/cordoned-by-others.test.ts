import { describe, expect, test } from 'vitest'
import { noOrders } from '../model/orders.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

/** A world with one idle agent of ours. */
async function withAgent(pool: FakeWorldOptions['pool'] = {}): Promise<{ world: FakeWorld; name: string }> {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 600_000, max: 3, ...pool } })
  world.start()
  await world.seconds(3)
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(2)
  const name = world.server.agents[0]!.name
  return { world, name }
}

const cordoned = (world: FakeWorld) => world.server.agents.map((agent) => agent.cordoned)
const machines = (world: FakeWorld) => world.cloud.machines.map((machine) => machine.name)
const states = (world: FakeWorld) => world.lastPlan.pools[0]!.members.map(({ state }) => state)

describe('an agent that an admin cordoned', () => {
  test('is neither uncordoned for a task nor terminated, and another machine comes for the task', async () => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(30)
    expect(world.deeds).toEqual(['launch demand'])
    expect(states(world)).toEqual(['cordoned'])
    expect(world.holds).toEqual([expect.stringMatching(/^cordoned-by-others: cordoned by someone else: /)])
    const task = world.server.addTask({ durationMs: 1_000 })
    await world.minutes(30)
    expect(task.fate).toBe('done')
    expect(machines(world)).toEqual([name])
    expect(cordoned(world)).toEqual([true])
    expect(world.deeds).not.toContain('uncordon demand')
    await world.stop()
  })

  test('finishes the task that it runs, and stays', async () => {
    const { world, name } = await withAgent()
    const task = world.server.addTask({ durationMs: 240_000 })
    await world.seconds(30)
    world.server.setNoSchedule(name, true)
    await world.minutes(60)
    expect(task.fate).toBe('done')
    expect([machines(world), cordoned(world)]).toEqual([[name], [true]])
    await world.stop()
  })

  test('stays while its agent sends no heartbeat', async () => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(1)
    world.server.process(name)!.kill()
    await world.minutes(60)
    expect([machines(world), states(world)]).toEqual([[name], ['silent']])
    expect(world.holds[0]).toMatch(/^cordoned-by-others: /)
    await world.stop()
  })

  test('is an ordinary agent again once the admin clears it', async () => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(30)
    world.server.setNoSchedule(name, false)
    const task = world.server.addTask({ durationMs: 1_000 })
    await world.seconds(20)
    expect(task.agentId).toBe(world.server.agents[0]!.id)
    await world.minutes(15)
    expect(machines(world)).toEqual([])
    await world.stop()
  })

  test('stays over a restart that keeps the state', async () => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(1)
    world.restartProcess(world.reports.at(-1)!.input.memory)
    await world.minutes(60)
    expect([machines(world), cordoned(world), states(world)]).toEqual([[name], [true], ['cordoned']])
    await world.stop()
  })

  test('is drained by a process that has lost the state', async () => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(1)
    world.restartProcess()
    await world.minutes(60)
    expect(machines(world)).toEqual([])
    await world.stop()
  })

  test('stays where a second agent of its name is the one that is cordoned', async () => {
    const { world, name } = await withAgent()
    world.server.registerItself(name)
    await world.minutes(1)
    const twin = world.server.agents.find(({ registeredItself }) => registeredItself)!
    await world.server.setCordon(twin, true, { signal: new AbortController().signal })
    await world.minutes(60)
    expect(machines(world)).toEqual([name])
    expect(cordoned(world)).toEqual([false, true])
    expect(world.holds.join('\n')).toContain(`agent ${twin.id} has no_schedule set`)
    await world.stop()
  })

  test('on an existing machine is neither uncordoned nor stopped', async () => {
    const world = new FakeWorld({
      pool: { max: 0, idleTimeoutMs: 600_000 },
      standing: [{ id: 'server-1', agent: 'by-hand' }],
    })
    world.start()
    world.server.connect('by-hand')
    await world.minutes(8)
    world.server.setNoSchedule('by-hand', true)
    await world.minutes(1)
    world.server.addTask({ durationMs: 1_000 })
    await world.minutes(60)
    expect(world.deeds).toEqual([])
    expect(states(world)).toEqual(['cordoned'])
    await world.stop()
  })

  test('takes the room of a machine, but does not count for the minimum', async () => {
    const { world, name } = await withAgent({ min: 1, max: 2 })
    world.server.setNoSchedule(name, true)
    await world.minutes(3)
    expect(states(world).sort()).toEqual(['cordoned', 'idle'])
    world.server.addTasks(4, { durationMs: 600_000 })
    await world.minutes(3)
    expect(machines(world)).toHaveLength(2)
    expect(world.holds.join('\n')).toContain(
      'the pool is at its limit of 2 machines, and 1 of its agents is cordoned by someone else',
    )
    await world.stop()
  })

  const orders = [
    ['the machine', (name: string) => ({ ...noOrders, drained: new Set([name]) })],
    ['its pool', () => ({ ...noOrders, drainedPools: new Set(['1']) })],
  ] as const

  test.each(orders)('is terminated by an order to drain %s', async (_, order) => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(1)
    world.autoscaler.order(order(name))
    await world.minutes(1)
    expect(machines(world)).toEqual([])
    expect(world.deeds).toEqual([
      'launch demand',
      'cordon carried-on',
      'cordon carried-on',
      'terminate drained',
    ])
    await world.stop()
  })

  test.each(orders)('stays cordoned when an order to drain %s is cancelled', async (_, order) => {
    const { world, name } = await withAgent()
    world.server.setNoSchedule(name, true)
    await world.minutes(1)
    world.autoscaler.order(order(name))
    await world.seconds(5)
    world.autoscaler.order(noOrders)
    await world.minutes(30)
    expect([machines(world), cordoned(world), states(world)]).toEqual([[name], [true], ['cordoned']])
    await world.stop()
  })
})

describe('an agent that we cordoned', () => {
  test('is drained although the answer to the cordon was lost', async () => {
    const { world } = await withAgent({ idleTimeoutMs: 180_000 })
    for (let times = 0; times < 3; times++) world.server.loseAnswer('setCordon')
    await world.minutes(15)
    expect(machines(world)).toEqual([])
    await world.stop()
  })

  test('is drained although a heartbeat brings back a cordon that we lifted', async () => {
    const { world, name } = await withAgent({ idleTimeoutMs: 180_000 })
    for (let tick = 0; !cordoned(world)[0] && tick < 300; tick++) await world.seconds(1)
    world.server.addTask({ durationMs: 1_000 })
    for (let tick = 0; cordoned(world)[0] && tick < 60; tick++) await world.seconds(1)
    expect(world.deeds).toContain('uncordon demand')
    await world.seconds(20)
    world.server.setNoSchedule(name, true)
    await world.minutes(10)
    expect(machines(world)).toEqual([])
    await world.stop()
  })

  test('is drained by the next process', async () => {
    const { world } = await withAgent({ idleTimeoutMs: 180_000 })
    for (let tick = 0; !cordoned(world)[0] && tick < 300; tick++) await world.seconds(1)
    world.restartProcess()
    await world.minutes(15)
    expect(machines(world)).toEqual([])
    await world.stop()
  })
})
