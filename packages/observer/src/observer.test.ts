import { noOrders, Transient } from '@woodpeckers/autoscaler-core'
import {
  aMachine,
  anAgent,
  aPool,
  aTask,
  FakeWorld,
  ManualClock,
  testStartAt,
} from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import { aReport } from './a-report.test-setup.ts'
import { Site } from './a-site.test-setup.ts'
import { Observer } from './observer.ts'
import { TASKS_SHOWN } from './status/task-status.ts'

describe('the status', () => {
  test('before the first look says that nothing is known', () => {
    const observer = new Observer({ clock: new ManualClock() })
    expect(observer.status()).toMatchObject({ tick: 0, pools: [], verdict: { level: 'attention' } })
    expect(observer.status()).not.toHaveProperty('queue')
  })

  test('says of each machine what it runs, since when, and what it costs', async () => {
    await using site = new Site()
    site.world.start()
    site.world.server.addTask()
    await site.world.minutes(60)
    const [pool] = site.observer.status().pools
    expect(pool).toMatchObject({ id: '1', busySlots: 1, freeSlots: 0, min: 0, max: 10 })
    expect(pool?.hourlyCost).toEqual([{ amount: 0.06, currency: 'EUR' }])
    expect(pool?.machines).toEqual([
      {
        name: site.world.cloud.machines[0]?.name,
        state: 'busy',
        sinceAt: site.world.cloud.machines[0]?.createdAt,
        running: 1,
        capacity: 1,
        tasks: [{ id: 'task-1', title: 'acme/app task-1' }],
        offering: 'cx22:fsn1',
        hourlyPrice: { amount: 0.06, currency: 'EUR' },
        cost: { amount: expect.closeTo(0.06, 3), currency: 'EUR' },
      },
    ])
  })

  test('says of each task that waits why, and of each that runs where', async () => {
    await using site = new Site({ pool: { max: 1 } })
    site.world.start()
    site.world.server.addTasks(2)
    await site.world.minutes(2)
    const { tasks } = site.observer.status()
    expect(tasks).toEqual([
      {
        id: 'task-2',
        title: 'acme/app task-2',
        state: 'pending',
        labels: expect.any(Object),
        sinceAt: testStartAt,
        because: 'at-max',
        reason: expect.stringContaining('the pool is at its limit of 1 machine'),
      },
      expect.objectContaining({ id: 'task-1', state: 'running', agent: site.world.cloud.machines[0]?.name }),
    ])
  })

  test('names the oldest of very many tasks, and counts the others', () => {
    const observer = new Observer({ clock: new ManualClock() })
    const tasks = Array.from({ length: 1_000 }, (_, at) =>
      aTask({ id: `t${at}`, createdAt: testStartAt - at * 1_000 }),
    )
    observer.onTick(aReport({ tasks: tasks.slice(500) }))
    const { memory } = observer.report!.input
    observer.onTick(aReport({ tick: 2, at: 10, tasks, memory }))
    const { tasks: shown, moreTasks } = observer.status()
    expect(shown).toHaveLength(TASKS_SHOWN)
    expect(moreTasks).toBe(1_000 - TASKS_SHOWN)
    expect(shown.every(({ sinceAt }) => sinceAt === testStartAt)).toBe(true)
  })

  test('names the oldest first, whatever order the queue has', () => {
    const observer = new Observer({ clock: new ManualClock() })
    const [young, old] = [aTask({ id: 'young' }), aTask({ id: 'old' })]
    observer.onTick(aReport({ tasks: [old] }))
    const { memory } = observer.report!.input
    observer.onTick(aReport({ tick: 2, at: 10, tasks: [young, old], memory }))
    expect(observer.status().tasks.map(({ id }) => id)).toEqual(['old', 'young'])
  })

  test('cuts off titles and labels that somebody made endless', () => {
    const observer = new Observer({ clock: new ManualClock() })
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`l${at}`, 'x'.repeat(10_000)]))
    observer.onTick(aReport({ tasks: [aTask({ labels, title: 'y'.repeat(100_000) })] }))
    expect(JSON.stringify(observer.status()).length).toBeLessThan(20_000)
  })

  test('is made once a tick, and only when it is asked for', () => {
    const observer = new Observer({ clock: new ManualClock() })
    observer.onTick(aReport())
    const status = observer.status()
    expect(observer.status()).toBe(status)
    observer.onTick(aReport({ tick: 2, at: 10 }))
    expect(observer.status()).not.toBe(status)
    const history = observer.history()
    expect(observer.history()).toBe(history)
    observer.onTick(aReport({ tick: 3, at: 20 }))
    expect(observer.history().toAt).toBe(history.toAt + 10_000)
  })

  test('says so when nobody has looked for long', () => {
    const clock = new ManualClock()
    const observer = new Observer({ clock })
    observer.onTick(aReport())
    expect(observer.status().verdict.level).toBe('good')
    return clock.advance(600_000).then(() => {
      expect(observer.status().verdict).toEqual({
        level: 'trouble',
        sentence: 'The last look was 10m ago: what is shown here may not be so any more.',
      })
    })
  })

  test('is believed for longer where looks are far apart', async () => {
    const clock = new ManualClock()
    const observer = new Observer({ clock })
    observer.onTick(aReport())
    await clock.advance(1_800_000)
    observer.onTick(aReport({ tick: 2, at: 1_800 }))
    await clock.advance(1_800_000)
    expect(observer.status().verdict.level).toBe('good')
  })

  test('shows orders where they apply', () => {
    const observer = new Observer({ clock: new ManualClock() })
    observer.onTick(
      aReport({
        pools: [aPool(), aPool({ id: '2' })],
        orders: {
          paused: new Set(['1']),
          drainedPools: new Set(['2']),
          protected: new Set(['pool-1-agent-x']),
        },
      }),
    )
    const { pools, orders } = observer.status()
    expect(pools.map(({ isPaused, isDraining }) => [isPaused, isDraining])).toEqual([
      [true, false],
      [false, true],
    ])
    expect(orders).toEqual({
      paused: ['1'],
      drainedPools: ['2'],
      drained: [],
      replaced: [],
      protected: ['pool-1-agent-x'],
    })
  })

  test('follows what people ask of the engine', async () => {
    await using site = new Site()
    site.world.start()
    await site.world.seconds(5)
    site.world.autoscaler.order({ ...noOrders, paused: new Set(['1']) })
    site.world.server.addTask()
    await site.world.seconds(10)
    const { pools, tasks, verdict } = site.observer.status()
    expect(pools[0]?.isPaused).toBe(true)
    expect(tasks[0]).toMatchObject({ because: 'pool-paused' })
    expect(verdict).toMatchObject({ level: 'attention', sentence: expect.stringContaining('paused') })
    expect(await site.metric('pool_paused', 'pool="1"')).toBe(1)
    expect(site.world.cloud.machines).toEqual([])
  })

  test('has machines that somebody made by hand, under the names of their agents', async () => {
    await using site = new Site({ standing: [{ id: 'i-1', agent: 'by-hand' }] })
    site.world.start()
    site.world.server.addTask()
    await site.world.seconds(30)
    const [machine] = site.observer.status().pools[0]!.machines
    expect(machine).toMatchObject({
      name: 'by-hand',
      standing: 'i-1',
      state: 'busy',
      tasks: [{ id: 'task-1' }],
    })
    expect(site.observer.machine('by-hand').bar?.phases.at(-1)?.doing).toBe('busy')
  })

  test('is plain data, which survives JSON', async () => {
    await using site = new Site()
    site.world.start()
    site.world.server.addTasks(3, { durationMs: 30_000 })
    await site.world.minutes(3)
    for (const view of [site.observer.status(), site.observer.history(), site.observer.events()])
      expect(JSON.parse(JSON.stringify(view))).toEqual(view)
  })

  test('holds no secret that an error of others held', async () => {
    const hide = (text: string) => text.replaceAll('s3cret', '[secret]')
    await using site = new Site({}, { hide })
    site.world.cloud.failNext('create', new Transient('401 for token s3cret'), 5)
    site.world.start()
    site.world.server.addTask()
    await site.world.seconds(30)
    const { observer } = site
    expect(observer.status().verdict.sentence).toContain('[secret]')
    expect(JSON.stringify([observer.status(), observer.events(), observer.history()])).not.toContain('s3cret')
  })
})

describe('a machine', () => {
  test('has its story: what it does, what it did, what was done to it', async () => {
    await using site = new Site()
    site.world.start()
    site.world.server.addTask({ durationMs: 60_000 })
    await site.world.minutes(2)
    const name = site.world.cloud.machines[0]!.name
    const now = site.observer.machine(name)
    expect(now.machine?.state).toBe('idle')
    expect(now.events.map(({ text }) => text)).toEqual([`launch ${name}: done in 0s`])
    await site.world.minutes(15)
    const then = site.observer.machine(name)
    expect(then).not.toHaveProperty('machine')
    expect(then.bar?.toAt).toBeDefined()
    expect(then.events.map(({ kind, action }) => `${kind} ${action}`)).toEqual([
      'outcome launch',
      'decision cordon',
      'outcome cordon',
      'decision cordon',
      'outcome cordon',
      'decision terminate',
      'outcome terminate',
    ])
  })

  test('that there never was has none', () => {
    expect(new Observer({ clock: new ManualClock() }).machine('../../etc/passwd')).toEqual({ events: [] })
  })
})

describe('events', () => {
  test('hold orders of people and what the program did, with what they are about', () => {
    const observer = new Observer({ clock: new ManualClock() })
    observer.onProcess('began')
    observer.onOrder('paused by anna', { pool: '1', action: 'pause' })
    expect(observer.events()).toEqual([
      { seq: 1, at: testStartAt, tick: 0, kind: 'process', text: 'began' },
      { seq: 2, at: testStartAt, tick: 0, kind: 'order', pool: '1', action: 'pause', text: 'paused by anna' },
    ])
  })

  test('are as many as settings say', () => {
    const observer = new Observer({ clock: new ManualClock(), capacity: { events: 10 } })
    for (let at = 0; at < 100; at++) observer.onProcess(`${at}`)
    expect(observer.events(0).map(({ seq }) => seq)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100])
  })
})

test('what it keeps does not depend on how long it runs', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 60_000 } })
  const observer = new Observer({
    clock: world.clock,
    capacity: { events: 50, endedMachines: 5, historyMs: 3_600_000 },
  })
  world.start()
  for (let hour = 0; hour < 6; hour++) {
    for (let job = 0; job < 6; job++) {
      world.server.addTask({ durationMs: 30_000 })
      await world.minutes(10)
    }
    for (const report of world.reports.splice(0)) observer.onTick(report)
    for (const outcome of world.outcomes.splice(0)) observer.onOutcome(outcome)
  }
  await world.stop()
  expect(world.cloud.history.length).toBeGreaterThan(20)
  const { samples, machines } = observer.history()
  expect(samples.length).toBeLessThanOrEqual(121)
  expect(machines.length).toBeLessThanOrEqual(5)
  expect(observer.events(0).length).toBe(50)
})

test.each([
  ['the agents', { agents: new Transient('away') }],
  ['the queue', { tasks: new Transient('away') }],
  ['its machines', { machines: new Transient('away') }],
])('while %s cannot be read a pool is shown as it was, with when that was', (_, unread) => {
  const observer = new Observer({ clock: new ManualClock() })
  const agent = anAgent()
  const tasks = [aTask({ state: 'running', agentId: agent.id })]
  const there = { agents: [agent], machines: [aMachine()], tasks }
  observer.onTick(aReport(there))
  const [seen] = observer.status().pools
  expect(seen).toMatchObject({ busySlots: 1, machines: [{ state: 'busy' }] })
  expect(seen).not.toHaveProperty('asOf')
  observer.onTick(aReport({ tick: 2, at: 10, ...there, ...unread, pools: [aPool({ max: 7 })] }))
  expect(observer.status().pools).toEqual([{ ...seen, max: 7, asOf: testStartAt }])
  observer.onTick(aReport({ tick: 3, at: 20, ...there }))
  expect(observer.status().pools[0]).not.toHaveProperty('asOf')
})
