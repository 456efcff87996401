import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

const price = (amount: number) => ({ amount, currency: 'EUR' })
const offerings = [
  { id: 'small', hourlyPrice: price(1) },
  { id: 'medium', hourlyPrice: price(2) },
  { id: 'large', hourlyPrice: price(3) },
]

async function begin(): Promise<FakeWorld> {
  const world = new FakeWorld({ cloud: { offerings } })
  world.start()
  await world.seconds(11)
  return world
}

test('the first offering that is to be had is taken', async () => {
  const world = await begin()
  world.cloud.sellOut('small')
  world.cloud.sellOut('medium')
  world.server.addTask({ durationMs: 5_000 })
  await world.seconds(2)
  expect(world.cloud.machines.map(({ offering }) => offering)).toEqual(['large'])
  expect(world.outcomes[0]).toMatchObject({ result: 'done', offering: 'large' })
  expect(world.outcomes[0]?.refusals?.map(({ offering }) => offering)).toEqual(['small', 'medium'])
  await world.stop()
})

test('what was sold out is left alone for a minute, then tried again', async () => {
  const world = await begin()
  world.cloud.sellOut('small')
  world.server.addTask({ durationMs: 600_000 })
  await world.seconds(5)
  world.cloud.restock('small')
  world.server.addTask({ durationMs: 600_000 })
  await world.seconds(50)
  world.server.addTask({ durationMs: 600_000 })
  await world.seconds(20)
  world.server.addTask({ durationMs: 600_000 })
  await world.seconds(10)
  expect(world.cloud.machines.map(({ offering }) => offering)).toEqual([
    'medium',
    'medium',
    'medium',
    'small',
  ])
  await world.stop()
})

test('when all are sold out one is tried after 5, 10, 20 and 30 s, and the hold says why', async () => {
  const world = await begin()
  for (const { id } of offerings) world.cloud.sellOut(id)
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(3)
  const held = world.reports
    .flatMap(({ plan }) => plan.holds)
    .filter((hold) => hold.because === 'backing-off')
  expect(held[0]?.reason).toMatch(/the last launch failed: \w+ is not to be had/)
  const tries = world.outcomes.map(({ refusals, at }) => ({ refused: refusals?.length, at }))
  expect(tries[0]?.refused).toBe(3)
  expect(tries[1]?.refused).toBe(1)
  const pauses = tries.slice(1).map(({ at }, i) => at - tries[i]!.at)
  for (const [i, leastMs] of [5_000, 10_000, 20_000, 30_000, 30_000].entries()) {
    expect(pauses[i]).toBeGreaterThanOrEqual(leastMs)
    // Up to a fifth more, and until the next tick.
    expect(pauses[i]).toBeLessThanOrEqual(leastMs * 1.2 + 10_000)
  }
  for (const { id } of offerings) world.cloud.restock(id)
  await world.minutes(2)
  expect(world.server.tasks[0]?.fate).toBe('done')
  expect(world.server.agents.length).toBeLessThanOrEqual(1)
  await world.stop()
})

test('of the machines that never connected the newest is kept to look at, where that is wanted', async () => {
  const world = new FakeWorld({ pool: { keepFailed: 1, max: 3 }, cloud: { onBoot: () => undefined } })
  world.start()
  await world.seconds(11)
  world.server.addTask()
  await world.minutes(40)
  world.server.pause()
  await world.minutes(30)
  expect(world.cloud.machines).toHaveLength(1)
  expect(world.holds.join('\n')).toContain('kept-failed')
  await world.stop()
})

test('the end of the console of a machine that never connected goes with its end', async () => {
  const world = new FakeWorld({
    cloud: { onBoot: () => undefined },
    provider: (provider) => ({
      ...provider,
      console: async () => `${'line\n'.repeat(50)}docker: no such image\n`,
    }),
  })
  world.start()
  await world.seconds(11)
  world.server.addTask()
  await world.minutes(12)
  const ended = world.outcomes.find(({ action }) => action.because === 'lost')
  expect(ended?.consoleTail?.split('\n')).toHaveLength(20)
  expect(ended?.consoleTail).toContain('docker: no such image')
  await world.stop()
})

test('a machine that the cloud takes back gets no more tasks from that moment, and its next one goes elsewhere', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 60_000 })
  await world.minutes(1)
  const [{ name } = { name: '' }] = world.cloud.machines
  world.cloud.interrupt(name, 'spot instance interruption at 10:00')
  await world.seconds(20)
  expect(world.deeds).toContain('cordon ending-soon')
  const next = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  expect(next.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(2)
  expect(next.agentId).not.toBe(world.server.tasks[0]?.agentId)
  await world.stop()
})

test('a task that names a machine type gets such a machine, and its agent says so', async () => {
  const world = new FakeWorld({ cloud: { offerings }, pool: { machineLabel: 'machine' } })
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 20_000, labels: { machine: 'large' } })
  world.server.addTask({ durationMs: 20_000 })
  await world.minutes(2)
  expect(world.cloud.machines.map(({ offering }) => offering).toSorted()).toEqual(['large', 'small'])
  await world.stop()
})

test('a task that wants a sold-out type holds up no task that wants another', async () => {
  const world = new FakeWorld({ cloud: { offerings }, pool: { machineLabel: 'machine' } })
  world.start()
  await world.seconds(11)
  world.cloud.sellOut('large')
  world.server.addTask({ durationMs: 20_000, labels: { machine: 'large' } })
  await world.seconds(20)
  world.server.addTask({ durationMs: 20_000, labels: { machine: 'small' } })
  await world.seconds(20)
  expect(world.cloud.machines.map(({ offering }) => offering)).toEqual(['small'])
  expect(world.holds.join('\n')).toMatch(/backing-off: no large available: large is not to be had/)
  world.cloud.restock('large')
  await world.minutes(2)
  expect(world.cloud.machines.map(({ offering }) => offering)).toContain('large')
  await world.stop()
})

test('offerings that are none are an error of the launch: the loop goes on', async () => {
  const world = new FakeWorld({
    provider: (provider) => ({ ...provider, offerings: async () => 'small' as never }),
  })
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 5_000 })
  await world.seconds(30)
  expect(world.cloud.machines).toEqual([])
  expect(world.holds.join('\n')).toContain('something that is no list of offerings')
  await world.stop()
})

/** A cloud that leaves out of its offerings what is sold out. */
function leavingOut(missing: ReadonlySet<string>): FakeWorld {
  return new FakeWorld({
    pool: { machineLabel: 'machine' },
    cloud: { offerings },
    provider: (provider) => ({
      ...provider,
      offerings: async () => offerings.filter(({ id }) => !missing.has(id)),
    }),
  })
}

test('a type that the cloud offers no more holds up no task that wants another', async () => {
  const missing = new Set<string>()
  const world = leavingOut(missing)
  world.start()
  await world.seconds(11)
  missing.add('large')
  world.server.addTask({ durationMs: 20_000, labels: { machine: 'large' } })
  await world.minutes(2)
  const other = world.server.addTask({ durationMs: 20_000, labels: { machine: 'small' } })
  await world.minutes(1.5)
  expect(other.fate).toBe('done')
  missing.clear()
  await world.minutes(12)
  expect(world.cloud.history.map(({ offering }) => offering)).toContain('large')
  await world.stop()
})

test('where nothing of the pool is offered for a while, launches become rarer, and a hold says why', async () => {
  const missing = new Set<string>()
  const world = leavingOut(missing)
  world.start()
  await world.seconds(11)
  for (const { id } of offerings) missing.add(id)
  for (const { id } of offerings) world.server.addTask({ durationMs: 20_000, labels: { machine: id } })
  await world.minutes(17)
  expect(world.outcomes.filter(({ result }) => result === 'failed').length).toBeLessThan(40)
  expect(world.holds.join('\n')).toMatch(/backing-off|no-pool-matches/)
  await world.stop()
})

test('offerings that never come leave the list of machines as it is', async () => {
  const world = new FakeWorld({
    provider: (provider) => ({ ...provider, offerings: () => new Promise(() => {}) }),
  })
  world.start()
  await world.minutes(5)
  expect(world.reports.at(-1)?.snapshot.machines.get('1')?.ok).toBe(true)
  await world.stop()
})
