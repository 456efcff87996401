import { expect, test } from 'vitest'
import { AuthError, Transient, UnexpectedAnswer } from '../ports/errors.ts'
import { FakeWorld } from '../testing/fake-world.ts'

async function withIdleAgents(count: number): Promise<FakeWorld> {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 10 * 60_000, max: 20 } })
  world.start()
  await world.seconds(11)
  world.server.addTasks(count, { durationMs: 5_000 })
  await world.minutes(2)
  expect(world.cloud.machines).toHaveLength(count)
  return world
}

test('while the agents cannot be read nothing is ended and nothing is started', async () => {
  const world = await withIdleAgents(2)
  world.server.failNext('readAgents', new UnexpectedAnswer('GET /api/agents: HTML in place of JSON'), 1_000)
  world.server.addTask()
  await world.minutes(30)
  expect(world.cloud.machines).toHaveLength(2)
  expect(world.deeds.filter((deed) => !deed.startsWith('launch'))).toEqual([])
  expect(world.holds).toContain(
    'agents-unknown: the agents cannot be read: GET /api/agents: HTML in place of JSON',
  )
  await world.stop()
})

test('while the queue cannot be read nothing is ended', async () => {
  const world = await withIdleAgents(2)
  world.server.failNext('readQueue', new Transient('500'), 1_000)
  await world.minutes(30)
  expect(world.cloud.machines).toHaveLength(2)
  expect(world.holds).toContain('queue-unknown: the queue cannot be read: 500')
  await world.stop()
})

test('while the machines cannot be listed nothing is started, and nothing ended', async () => {
  const world = await withIdleAgents(2)
  world.cloud.failNext('list', new AuthError('the token is wrong'), 1_000)
  await world.seconds(11)
  world.server.addTasks(5)
  await world.minutes(20)
  expect(world.cloud.history).toHaveLength(2)
  expect(world.cloud.machines).toHaveLength(2)
  await world.stop()
})

test('an agents list that loses more than half at once ends no machine for 15 min, then a tenth a tick', async () => {
  const world = await withIdleAgents(12)
  const machines = world.cloud.machines.length
  const kept = world.server.agents.slice(0, 2).map(({ name }) => name)
  world.server.loseRecords((name) => !kept.includes(name))
  await world.minutes(14)
  expect(world.cloud.machines.length).toBeGreaterThanOrEqual(machines - kept.length)
  expect(world.holds.join('\n')).toContain('list-shrank: the list of agents lost 10 of 12 names at once')
  await world.minutes(1.5)
  const ended = machines - world.cloud.machines.length
  expect(ended).toBeLessThan(10)
  await world.minutes(20)
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('a queue that only an agent can heal gets one, and one alone', async () => {
  const world = new FakeWorld()
  world.server.breakQueue()
  world.start()
  await world.minutes(2)
  expect(world.deeds).toEqual(['launch queue-needs-agent'])
  expect(world.server.agents).toHaveLength(1)
  await world.minutes(2)
  expect(world.lastPlan.queue).toEqual({ pending: 0, running: 0, waiting: 0 })
  await world.stop()
})

test('while the queue is paused nothing grows beyond the minimum, and idle agents still go', async () => {
  const world = await withIdleAgents(3)
  world.server.pause()
  world.server.addTasks(5)
  await world.minutes(15)
  expect(world.holds).toContain('paused: the queue is paused: nothing grows beyond the minimum')
  expect(world.cloud.machines).toEqual([])
  expect(world.cloud.history).toHaveLength(3)
  await world.stop()
})

test.each([Number.NaN, '2026-01-01T00:00:00Z'])(
  'a provider that answers %s for a time is not believed, and the hold says what would be right',
  async (createdAt) => {
    const world = new FakeWorld({
      provider: (provider) => ({
        ...provider,
        listDeployedAgents: async (call) =>
          (await provider.listDeployedAgents!(call)).map((machine) => ({
            ...machine,
            createdAt: createdAt as never,
          })),
      }),
    })
    world.start()
    await world.seconds(11)
    world.server.addTask({ durationMs: 5_000 })
    await world.minutes(2)
    expect(world.holds.join('\n')).toMatch(/createdAt .* of pool-1-agent-\w+: must be milliseconds/)
    expect(world.deeds.filter((deed) => !deed.startsWith('launch'))).toEqual([])
    await world.stop()
  },
)
