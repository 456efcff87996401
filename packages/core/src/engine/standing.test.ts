import { expect, test } from 'vitest'
import { OfferingUnavailable, Transient } from '../ports/errors.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

const BOX = 'i-0001'
const AGENT = 'big box'
const GPU = 'i-0002'
const gpuLabels = { repo: '*', 'org-id': '*', platform: 'linux/arm64', gpu: 'yes' }
/** What only the usual one takes. */
const labels = { repo: 'acme/app', platform: 'linux/amd64' }

/** Two machines made by hand, and no other: one with usual labels, one with a GPU. Both were stopped by hand. */
async function twoAtRest(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = new FakeWorld({
    standing: [
      { id: BOX, agent: AGENT },
      { id: GPU, agent: 'gpu box', labels: gpuLabels },
    ],
    ...options,
    pool: { min: 0, max: 0, idleTimeoutMs: 30_000, ...options.pool },
  })
  for (const { name } of world.cloud.machines) world.cloud.stop(name)
  world.start()
  await world.minutes(6)
  world.outcomes.splice(0)
  return world
}

function states(world: FakeWorld): readonly string[] {
  return world.cloud.machines.map(({ state }) => state)
}

/** Nothing of theirs was ever ended or deleted. */
function allThere(world: FakeWorld): boolean {
  return (
    world.server.agents.filter(({ name }) => name.endsWith('box')).length === 2 &&
    [BOX, GPU].every((id) => world.cloud.machine(id) !== undefined)
  )
}

test('the machine whose agent matches a waiting task is started, and no other', async () => {
  const world = await twoAtRest()
  const task = world.server.addTask({ labels: { repo: 'acme/app', gpu: 'yes' }, durationMs: 5_000 })
  await world.seconds(31)
  expect(task.fate).toBe('done')
  expect(states(world)).toEqual(['stopped', 'running'])
  expect(world.deeds).toEqual(['start demand'])
  await world.stop()
})

test('a task that matches no agent starts none, and is said', async () => {
  const world = await twoAtRest()
  world.server.addTask({ labels: { repo: 'acme/app', os: 'plan9' } })
  await world.minutes(2)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  expect(world.holds.join('\n')).toContain('no-pool-matches')
  await world.stop()
})

test('it is stopped after its idle timeout, by all the steps of the safe scale-down, its record kept', async () => {
  const world = await twoAtRest()
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.seconds(50)
  expect(states(world)).toEqual(['running', 'stopped'])
  await world.minutes(2)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  expect(world.deeds).toEqual(['start demand', 'cordon idle', 'cordon carried-on', 'park drained'])
  expect(world.server.agents.map(({ cordoned }) => cordoned)).toEqual([true, true])
  expect(allThere(world)).toBe(true)
  await world.stop()
})

test('it is started again and again, and each task is done', async () => {
  const world = await twoAtRest()
  for (let round = 0; round < 5; round++) {
    const task = world.server.addTask({ labels, durationMs: 20_000 })
    await world.minutes(3)
    expect(task.fate).toBe('done')
    expect(states(world)).toEqual(['stopped', 'stopped'])
  }
  expect(world.deeds.filter((deed) => deed === 'start demand')).toHaveLength(5)
  await world.stop()
})

test('it is not asked to start twice while it comes up', async () => {
  const world = await twoAtRest({ cloud: { bootDelayMs: 90_000 } })
  world.server.addTask({ labels, durationMs: 5_000 })
  for (let i = 0; i < 30; i++) {
    world.server.touch()
    await world.seconds(3)
  }
  expect(world.outcomes.filter(({ action }) => action.kind === 'start')).toHaveLength(1)
  await world.stop()
})

test('work is never killed: it runs as long as it has a task, and one that slips past the cordon is done', async () => {
  const world = await twoAtRest()
  const long = world.server.addTask({ labels, durationMs: 20 * 60_000 })
  await world.minutes(15)
  expect(states(world)).toEqual(['running', 'stopped'])
  while (long.fate === 'open') await world.seconds(1)
  world.server.letPollerSlip(AGENT)
  while (!world.deeds.includes('cordon idle')) await world.seconds(1)
  const late = world.server.addTask({ labels, durationMs: 120_000 })
  await world.minutes(6)
  expect([long.fate, late.fate]).toEqual(['done', 'done'])
  expect(states(world)).toEqual(['stopped', 'stopped'])
  await world.stop()
})

test('a restarted server that has forgotten a long job costs it nothing', async () => {
  const world = await twoAtRest()
  const long = world.server.addTask({ labels, durationMs: 20 * 60_000 })
  await world.minutes(1)
  world.server.restart()
  await world.minutes(25)
  expect(long.fate).toBe('done')
  await world.minutes(10)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  await world.stop()
})

test('our own start stops nothing before the grace is over, and then what is idle, over max as it is', async () => {
  const world = await twoAtRest({ pool: { max: 1 } })
  world.server.addTask({ labels: { gpu: 'yes' }, durationMs: 5_000 })
  await world.seconds(31)
  world.restartProcess()
  await world.minutes(4.9)
  expect(states(world)).toEqual(['stopped', 'running'])
  expect(world.deeds.filter((deed) => deed.startsWith('cordon'))).toEqual([])
  await world.minutes(3)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  expect(allThere(world)).toBe(true)
  await world.stop()
})

test('killed between the start and the uncordoning, the next process finds it, and uses it', async () => {
  const world = await twoAtRest()
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(3)
  expect(world.server.agents[0]?.cordoned).toBe(true)
  world.server.hangNext('setCordon')
  const task = world.server.addTask({ labels, durationMs: 5_000 })
  await world.seconds(3)
  world.restartProcess()
  await world.minutes(2)
  expect(task.fate).toBe('done')
  await world.stop()
})

test('a start that is refused for capacity is tried again, later and later, and the hold says why', async () => {
  const world = await twoAtRest()
  world.cloud.failNext('start', new OfferingUnavailable('no room for it in this zone'), 3)
  const task = world.server.addTask({ labels, durationMs: 5_000 })
  await world.seconds(20)
  expect(world.holds.join('\n')).toContain(`backing-off: ${BOX}: no room for it in this zone`)
  await world.minutes(9)
  const tries = world.outcomes.filter(({ action }) => action.kind === 'start').map(({ at }) => at)
  expect(tries).toHaveLength(4)
  for (const [i, leastMs] of [60_000, 120_000, 240_000].entries()) {
    expect(tries[i + 1]! - tries[i]!).toBeGreaterThanOrEqual(leastMs)
  }
  expect(task.fate).toBe('done')
  await world.minutes(2)
  world.cloud.failNext('start', new OfferingUnavailable('no room again'))
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(1.5)
  const [failedAt = 0, startedAt = 0] = world.outcomes
    .filter(({ action }) => action.kind === 'start')
    .slice(4)
    .map(({ at }) => at)
  // What came up has shown that it can.
  expect(startedAt - failedAt).toBeGreaterThanOrEqual(60_000)
  await world.stop()
})

test('where the pool may make machines, a task whose standing machine cannot be started gets a new one', async () => {
  const world = await twoAtRest({ pool: { max: 3 } })
  world.cloud.failNext('start', new OfferingUnavailable('no room'), 100)
  const task = world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(1)
  expect(task.fate).toBe('done')
  expect(world.deeds).toContain('launch demand')
  await world.stop()
})

test('standing machines are started before new ones are made, and stand outside of the pool’s limits', async () => {
  const world = await twoAtRest({ pool: { max: 2 } })
  world.server.addTasks(3, { labels, durationMs: 60_000 })
  await world.minutes(1)
  expect(states(world)).toEqual(['running', 'stopped', 'running', 'running'])
  await world.minutes(5)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  expect(allThere(world)).toBe(true)
  await world.stop()
})

test('a stop that hangs for ten minutes is asked for once more, and the machine can be started after that', async () => {
  const world = await twoAtRest()
  world.cloud.hangAtStop(BOX)
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(3)
  expect(states(world)[0]).toBe('stopping')
  const task = world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(7)
  expect(world.outcomes.filter(({ result }) => result !== 'done')).toEqual([])
  expect(task.fate).toBe('open')
  await world.minutes(6)
  expect(world.deeds).toContain('park hangs')
  expect(task.fate).toBe('done')
  await world.stop()
})

test('a machine that was started by hand is used, and stopped after its idle timeout', async () => {
  const world = await twoAtRest({ pool: { idleTimeoutMs: 120_000 } })
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(5)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  await world.cloud.start(BOX, new AbortController().signal)
  await world.minutes(1)
  const task = world.server.addTask({ labels, durationMs: 5_000 })
  await world.seconds(15)
  expect(task.fate).toBe('done')
  await world.minutes(1.5)
  expect(states(world)).toEqual(['running', 'stopped'])
  await world.minutes(2)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  await world.stop()
})

test('one that was started by hand, and that nobody needs, has its idle timeout all the same', async () => {
  const world = await twoAtRest({ pool: { idleTimeoutMs: 120_000 } })
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(5)
  await world.cloud.start(BOX, new AbortController().signal)
  await world.minutes(1.9)
  expect(states(world)).toEqual(['running', 'stopped'])
  await world.minutes(3)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  await world.stop()
})

test('one whose agent does not come up is stopped, and left alone for longer each time', async () => {
  const world = await twoAtRest({ pool: { inactivityTimeoutMs: 60_000 } })
  const connect = world.server.connect.bind(world.server)
  // Its process starts, and does not reach the server.
  world.server.connect = () => connect('no such record')
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(30)
  const starts = world.outcomes.filter(({ action }) => action.kind === 'start').map(({ at }) => at)
  expect(world.deeds.slice(0, 4)).toEqual(['start demand', 'park silent', 'start demand', 'park silent'])
  expect(starts.length).toBeLessThan(7)
  expect(starts[2]! - starts[1]!).toBeGreaterThan(starts[1]! - starts[0]!)
  expect(allThere(world)).toBe(true)
  await world.stop()
})

test('a silent machine whose agent may work is kept, and said so', async () => {
  const world = await twoAtRest()
  const task = world.server.addTask({ labels, durationMs: 40 * 60_000 })
  await world.minutes(1)
  world.server.process(AGENT)?.silence()
  await world.minutes(35)
  expect(states(world)).toEqual(['running', 'stopped'])
  expect(world.holds.join('\n')).toContain('kept-silent: silent, but')
  world.server.process(AGENT)?.speak()
  await world.minutes(10)
  expect(task.fate).toBe('done')
  await world.stop()
})

test('a machine that is gone is one hold, its record is kept, and the others go on', async () => {
  const world = await twoAtRest()
  world.cloud.vanish(BOX)
  world.server.addTask({ labels, durationMs: 5_000 })
  const task = world.server.addTask({ labels: { gpu: 'yes' }, durationMs: 5_000 })
  await world.minutes(30)
  expect(world.holds.filter((hold) => hold.startsWith('standing-gone'))).toEqual([
    `standing-gone: there is no machine ${BOX} (any more): nothing starts it`,
  ])
  expect(task.fate).toBe('done')
  expect(world.deeds.filter((deed) => /terminate|forget|launch/.test(deed))).toEqual([])
  expect(world.server.agents).toHaveLength(2)
  await world.stop()
})

test('a record that is gone is said, and its machine is left as it is', async () => {
  const world = await twoAtRest()
  world.server.loseRecords((name) => name === AGENT)
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.minutes(2)
  expect(states(world)).toEqual(['stopped', 'stopped'])
  expect(world.holds.join('\n')).toContain('agent-unknown: the server has no agent 1')
  await world.stop()
})

test('an agent with a name like the pool’s own is never forgotten, its machine never ended', async () => {
  const world = new FakeWorld({
    standing: [{ id: BOX, agent: 'pool-1-agent-byhand' }],
    pool: { max: 1, idleTimeoutMs: 30_000, inactivityTimeoutMs: 60_000 },
  })
  world.start()
  await world.minutes(300)
  expect(states(world)).toEqual(['stopped'])
  expect(world.server.agents.map(({ name }) => name)).toEqual(['pool-1-agent-byhand'])
  await world.stop()
})

test('while the standing machines cannot be listed nothing is ended, and it is said', async () => {
  const world = await twoAtRest({
    provider: (provider, cloud) => ({
      ...provider,
      standing: {
        ...provider.standing!,
        list: (call) =>
          cloud.clock.now() % 3_600_000 > 900_000
            ? Promise.reject(new Transient('no answer'))
            : provider.standing!.list(call),
      },
    }),
  })
  world.server.addTask({ labels, durationMs: 9 * 60_000 })
  await world.minutes(20)
  expect(states(world)).toEqual(['running', 'stopped'])
  expect(world.holds.join('\n')).toContain('machines-unknown: the machines cannot be listed: no answer')
  await world.stop()
})

test('what stands is not asked for the work in the database while it is stopped', async () => {
  const world = await twoAtRest()
  const asked = world.reports.slice(-10).filter(({ snapshot }) => snapshot.work !== undefined)
  expect(asked).toEqual([])
  await world.stop()
})

test('an agent that has never registered is taken for one with the labels of the pool’s settings', async () => {
  const world = new FakeWorld({ standing: [{ id: BOX, agent: AGENT, isNew: true }], pool: { max: 0 } })
  world.cloud.stop(BOX)
  world.start()
  await world.minutes(1)
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  expect(task.fate).toBe('done')
  await world.stop()
})

test('the record of an agent that has not registered is not written: that could undo its registration', async () => {
  const world = new FakeWorld({ standing: [{ id: BOX, agent: AGENT, isNew: true }], pool: { max: 0 } })
  world.cloud.stop(BOX)
  const setCordon = world.server.setCordon.bind(world.server)
  // Somebody made it so that it comes up cordoned.
  await setCordon(world.server.agents[0]!, true, { signal: new AbortController().signal })
  const written: (number | undefined)[] = []
  world.server.setCordon = (agent, ...rest) => {
    written.push(world.server.agents[0]?.lastContactAt)
    return setCordon(agent, ...rest)
  }
  world.start()
  const task = world.server.addTask({ durationMs: 5_000 })
  await world.minutes(1)
  expect(task.fate).toBe('done')
  expect(written).toEqual([expect.any(Number)])
  await world.stop()
})

test('pollers that a machine left when it was stopped by hand are sent away, before they are given tasks', async () => {
  const world = await twoAtRest()
  world.server.addTask({ labels, durationMs: 5_000 })
  await world.seconds(28)
  world.cloud.stop(BOX)
  world.outcomes.splice(0)
  await world.minutes(2)
  expect(world.deeds).toEqual(['cordon carried-on'])
  expect(world.server.agents[0]).toMatchObject({ name: AGENT, cordoned: true })
  await world.stop()
})

test('a standing machine whose agent has never registered is started, also beside types to choose from', async () => {
  const world = new FakeWorld({
    pool: { machineLabel: 'machine' },
    standing: [{ id: 'i-0009', agent: 'new box', isNew: true, labels: { repo: '*' } }],
    provider: (provider) => ({
      ...provider,
      offerings: async () => [{ id: 'small:here' }, { id: 'large:here' }],
    }),
  })
  world.cloud.stop('i-0009')
  world.start()
  await world.minutes(6)
  world.server.addTask({ labels: { repo: 'acme/app' }, durationMs: 5_000 })
  await world.minutes(1)
  expect(world.deeds[0]).toBe('start demand')
  await world.stop()
})
