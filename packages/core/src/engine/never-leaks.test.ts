import { expect, test } from 'vitest'
import { Transient } from '../ports/errors.ts'
import { FakeWorld } from '../testing/fake-world.ts'

test('a machine whose record was deleted before its end is ended by the next process', async () => {
  const world = new FakeWorld({ caution: { graceAfterRestartMs: 30_000 } })
  world.cloud.plant({ name: 'pool-1-agent-orphan', createdAt: world.clock.now() - 3_600_000 })
  world.start()
  await world.minutes(3)
  expect(world.cloud.machines).toEqual([])
  expect(world.deeds).toEqual(['terminate orphan'])
  await world.stop()
})

test('machines of others are left alone, also those whose names begin like ours', async () => {
  const world = new FakeWorld({ caution: { graceAfterRestartMs: 1_000 } })
  const foreign = ['pool-2-agent-aaaa', 'pool-1-agent-aaaa-backup', 'my-pool-1-agent-aaaa', 'pool-1-agent-']
  for (const name of foreign) world.cloud.plant({ name, createdAt: world.clock.now() - 3_600_000 })
  world.start()
  await world.minutes(20)
  expect(world.cloud.machines.map(({ name }) => name)).toEqual(foreign)
  await world.stop()
})

test('a provider that lists machines of others does not get them ended', async () => {
  const world = new FakeWorld({
    caution: { graceAfterRestartMs: 1_000 },
    provider: (provider, cloud) => ({ ...provider, listDeployedAgents: ({ signal }) => cloud.list(signal) }),
  })
  const foreign = ['pool-2-agent-aaaa', 'pool-1-agent-aaaa-backup', 'database']
  for (const name of foreign) world.cloud.plant({ name, createdAt: world.clock.now() - 3_600_000 })
  world.start()
  await world.minutes(20)
  expect(world.cloud.machines.map(({ name }) => name)).toEqual(foreign)
  expect(world.outcomes).toEqual([])
  await world.stop()
})

test('a record whose machine never appears is forgotten, but not while it may still appear', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.cloud.loseAnswer('create')
  world.server.addTask({ durationMs: 1_000 })
  await world.seconds(2)
  const [{ name } = { name: '' }] = world.cloud.machines
  world.cloud.vanish(name)
  await world.seconds(100)
  expect(world.server.agents.some((agent) => agent.name === name)).toBe(true)
  await world.seconds(60)
  expect(world.server.agents.some((agent) => agent.name === name)).toBe(false)
  await world.stop()
})

test('a machine that never connects is lost after the inactivity timeout, and replaced before', async () => {
  let booted = 0
  const world: FakeWorld = new FakeWorld({
    cloud: {
      bootDelayMs: 20_000,
      onBoot: ({ name }) => {
        if (booted++ === 0) return undefined
        const agent = world.server.connect(name)
        return () => agent.kill()
      },
    },
  })
  world.start()
  world.server.addTask({ durationMs: 10_000 })
  await world.minutes(5)
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  await world.minutes(20)
  expect(world.deeds).toContain('terminate lost')
  expect(world.cloud.machines).toEqual([])
  expect(world.server.agents).toEqual([])
  await world.stop()
})

test('a machine whose removal failed after its record was deleted is ended all the same', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 60_000 } })
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  world.cloud.failNext('remove', new Transient('not now'))
  await world.minutes(3)
  expect(
    world.outcomes.some(({ action, result }) => action.kind === 'terminate' && result === 'failed'),
  ).toBe(true)
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test.each([1, 5, 12, 22, 33, 41, 55, 62, 68, 75, 83, 90])(
  'killed after %i s and started again, it does all work and leaves nothing',
  async (afterSeconds) => {
    const world = new FakeWorld({ pool: { idleTimeoutMs: 20_000 }, caution: { graceAfterRestartMs: 30_000 } })
    world.start()
    await world.seconds(2)
    world.server.addTasks(3, { durationMs: 25_000 })
    await world.seconds(afterSeconds)
    world.restartProcess()
    await world.minutes(30)
    expect(world.server.tasks.map(({ fate }) => fate)).toEqual(['done', 'done', 'done'])
    expect(world.cloud.machines).toEqual([])
    expect(world.server.agents).toEqual([])
    expect(world.cloud.peak).toBeLessThanOrEqual(10)
    await world.stop()
  },
)
