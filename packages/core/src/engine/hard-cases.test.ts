import { expect, test } from 'vitest'
import { observe } from '../memory/observe.ts'
import { recordOutcome } from '../memory/outcomes.ts'
import { firstMemory } from '../model/memory.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import { planFor, steps } from '../plan/scenario.ts'
import { startupAllowanceMs } from '../plan/supply.ts'
import type { CiServer, ServerSignal } from '../ports/ci-server.ts'
import { QuotaExceeded, RateLimited, Transient } from '../ports/errors.ts'
import { silentLog } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import { aBootingAgent, aMachine, anAgent, aPool, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { FakeCiServer } from '../testing/fake-ci-server.ts'
import { FakeCloud } from '../testing/fake-cloud.ts'
import { createFakeProvider } from '../testing/fake-provider.ts'
import { FakeWorld } from '../testing/fake-world.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createAutoscaler } from './create-autoscaler.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'

/** An engine over one pool whose provider and settings can be anything. */
function engineWith(
  change: (provider: Provider) => Provider,
  options: {
    renderUserData?: () => string
    server?: (server: FakeCiServer) => CiServer
    policy?: Partial<PoolPolicy>
  } = {},
) {
  const clock = new ManualClock()
  const server = new FakeCiServer({ clock })
  const cloud = new FakeCloud({
    clock,
    bootDelayMs: 20_000,
    onBoot: ({ name }) => {
      const agent = server.connect(name)
      return () => agent.kill()
    },
  })
  const outcomes: Outcome[] = []
  const reports: TickReport[] = []
  const policy = aPool({
    ...options.policy,
    offer: server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }),
  })
  const autoscaler = createAutoscaler({
    server: options.server?.(server) ?? server,
    pools: [
      {
        policy,
        provider: change(createFakeProvider(cloud, { pool: policy.id })),
        agent: {
          labels: {},
          image: undefined,
          environment: {},
          renderUserData: options.renderUserData ?? (() => ''),
        },
      },
    ],
    caution: {
      graceAfterRestartMs: 300_000,
      longestPipelineMs: 7_200_000,
      listLagMs: 120_000,
      poweredOffMs: 20_000,
    },
    intervalMs: 10_000,
    clock,
    random: Math.random,
    log: silentLog,
    onOutcome: (outcome) => outcomes.push(outcome),
    onTick: (report) => reports.push(report),
  })
  return { clock, server, cloud, autoscaler, outcomes, reports }
}

async function withIdleAgents(count: number, pool: Partial<PoolPolicy> = {}): Promise<FakeWorld> {
  const world = new FakeWorld({ pool: { max: 20, ...pool } })
  world.start()
  await world.seconds(11)
  world.server.addTasks(count, { durationMs: 5_000 })
  await world.minutes(2)
  expect(world.cloud.machines).toHaveLength(count)
  return world
}

// ---- never stalls

test('a list of machines that takes 15 s each time is used in the end, and tasks get their machines', async () => {
  const world = new FakeWorld()
  world.cloud.slowDown('list', 15_000)
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(10)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a provider whose list is no list is an error of that pool, and the loop goes on', async () => {
  const { clock, autoscaler, reports } = engineWith((provider) => ({
    ...provider,
    listDeployedAgents: async () => undefined as never,
  }))
  const stop = new AbortController()
  let died: unknown
  const running = autoscaler.run(stop.signal).catch((thrown: unknown) => {
    died = thrown
  })
  await clock.advance(30_000)
  stop.abort()
  await clock.advance(60_000)
  await running
  expect(died).toBeUndefined()
  expect(reports.length).toBeGreaterThan(1)
})

test('eight launches that fail in one moment are one failure: the next try comes within half a minute', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.cloud.failNext('create', new Transient('a hiccup of the cloud'), 8)
  world.server.addTasks(8, { durationMs: 1_000 })
  await world.seconds(30)
  expect(world.cloud.history).toHaveLength(8)
  await world.stop()
})

test('an agent that cannot be uncordoned does not keep a task waiting for ever', async () => {
  const world = await withIdleAgents(1, { idleTimeoutMs: 150_000 })
  while (!world.deeds.includes('cordon idle')) await world.seconds(1)
  world.server.failNext('setCordon', new Transient('500'), 10_000)
  const task = world.server.addTask({ durationMs: 1_000 })
  await world.minutes(10)
  expect(task.startedAt).toBeDefined()
  await world.stop()
})

test('a pool of one whose machine died under a task works again when the silent agent is given up', async () => {
  const world = new FakeWorld({ pool: { max: 1 } })
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 600_000 })
  await world.minutes(2)
  world.cloud.vanish(world.cloud.machines[0]!.name)
  const next = world.server.addTask({ durationMs: 1_000 })
  await world.minutes(180)
  expect(next.fate).toBe('done')
  await world.stop()
})

// ---- never runs away, never pays in vain

test('a task that an uncordoning under way will serve launches no machine', async () => {
  const world = await withIdleAgents(1, { idleTimeoutMs: 150_000 })
  while (!world.deeds.includes('cordon idle')) await world.seconds(1)
  world.server.slowDown('setCordon', 5_000)
  world.server.addTask({ durationMs: 1_000 })
  await world.seconds(3)
  world.server.touch()
  await world.seconds(30)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a demand that comes while a cordon is being written calls that agent back, and launches no machine', async () => {
  const world = await withIdleAgents(1, { idleTimeoutMs: 150_000 })
  world.server.slowDown('setCordon', 5_000)
  while (world.lastPlan.actions.every(({ kind }) => kind !== 'cordon')) await world.seconds(1)
  await world.seconds(2)
  world.server.pause()
  world.server.addTask({ durationMs: 1_000 })
  world.server.resume()
  await world.seconds(60)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('removals of ours that take longer than a tick are no list that shrank', async () => {
  const world = await withIdleAgents(5, { idleTimeoutMs: 150_000 })
  world.cloud.slowDown('remove', 30_000)
  const shrank: string[] = []
  for (let i = 0; i < 60; i++) {
    await world.seconds(5)
    shrank.push(...world.holds.filter((hold) => hold.startsWith('list-shrank')))
  }
  // Five more, to see whether their removal is held.
  world.server.addTasks(5, { durationMs: 5_000 })
  await world.minutes(8)
  shrank.push(...world.holds.filter((hold) => hold.startsWith('list-shrank')))
  expect(shrank.length).toBe(0)
  expect(world.cloud.machines).toEqual([])
  await world.stop()
})

test('records that failed launches took back are no list that shrank', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 60_000 } })
  world.start()
  await world.seconds(11)
  world.server.addTasks(1, { durationMs: 60_000 })
  await world.minutes(1)
  world.cloud.failNext('create', new Transient('no'), 5)
  world.server.slowDown('deleteAgent', 12_000)
  const late = world.server.addTasks(5, { durationMs: 1_000 })
  await world.seconds(30)
  world.server.slowDown('deleteAgent', 0)
  await world.minutes(14)
  expect(late.every(({ fate }) => fate === 'done')).toBe(true)
  const held = world.reports
    .flatMap(({ plan }) => plan.holds)
    .filter(({ because }) => because === 'list-shrank')
  expect(held.length).toBe(0)
  await world.stop()
})

test('a lowered maximum is reached although tasks keep waiting', async () => {
  const world = new FakeWorld({ pool: { max: 4 } })
  world.start()
  await world.seconds(11)
  world.server.addTasks(60, { durationMs: 60_000 })
  await world.minutes(2)
  expect(world.cloud.machines).toHaveLength(4)
  world.reconfigure({ max: 2 })
  await world.minutes(12)
  expect(world.server.tasks.some(({ queue }) => queue === 'pending')).toBe(true)
  expect(world.cloud.machines.length).toBeLessThanOrEqual(2)
  await world.stop()
})

test('one slow boot among twenty leaves the allowance at twice the usual boot', () => {
  const boots = [...Array<number>(19).fill(30_000), 600_000]
  const memory = { ...firstMemory(0), bootTimesMs: new Map([['1', boots]]) }
  expect(startupAllowanceMs(aPool(), memory)).toBe(60_000)
})

test('a failing removal is retried no sooner than the cloud asked for', async () => {
  const world = await withIdleAgents(1, { idleTimeoutMs: 150_000 })
  world.cloud.failNext('remove', new RateLimited('too many calls', { retryAfterMs: 120_000 }), 1_000)
  await world.minutes(8)
  const tries = world.outcomes.filter(
    ({ action, result }) => action.kind === 'terminate' && result === 'failed',
  )
  expect(tries.length).toBeGreaterThan(0)
  const gaps = tries.slice(1).map(({ at }, i) => at - tries[i]!.at)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(120_000)
  await world.stop()
})

test('a quota that was reached stays respected when an earlier launch of the same tick ends well later', () => {
  const memory = firstMemory(0)
  const launch = { kind: 'launch', pool: '1', because: 'demand', reason: 'r', avoid: [] } as const
  const failed: Outcome = {
    action: launch,
    name: 'x',
    at: 1_000,
    tookMs: 1_000,
    result: 'failed',
    error: new QuotaExceeded('full'),
  }
  const done: Outcome = { action: launch, name: 'y', at: 2_000, tookMs: 2_000, result: 'done' }
  const after = recordOutcome(
    recordOutcome(memory, failed, () => 0),
    done,
    () => 0,
  )
  expect(after.backOff.get('1')?.untilAt).toBeGreaterThan(60_000)
})

test('a task that no machine ever takes does not fill the pool with machines', async () => {
  const world: FakeWorld = new FakeWorld({
    cloud: {
      bootDelayMs: 20_000,
      onBoot: ({ name }) => {
        const agent = world.server.connect(name)
        agent.asksFromAt = Number.POSITIVE_INFINITY
        return () => agent.kill()
      },
    },
  })
  world.start()
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(9)
  expect(world.cloud.peak).toBeLessThanOrEqual(5)
  await world.stop()
})

// ---- never leaks, never forgets what may appear

test('a record is not forgotten while its machine, whose creation has just ended, may still appear', async () => {
  const world = new FakeWorld({ cloud: { listLagMs: 60_000, bootDelayMs: 90_000 } })
  world.cloud.slowDown('create', 110_000)
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(6)
  expect(world.deeds).not.toContain('forget zombie')
  await world.stop()
})

test('the boot of a machine is counted from the end of its creation, so a slow cloud launches no second one', async () => {
  const world = new FakeWorld({ pool: { max: 20 }, cloud: { bootDelayMs: 100_000 } })
  world.cloud.slowDown('create', 100_000)
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 300_000 })
  await world.minutes(6)
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('a launch whose user data cannot be rendered leaves no record', async () => {
  const { clock, server, autoscaler, outcomes } = engineWith((provider) => provider, {
    renderUserData: () => {
      throw new Error('{{ unclosed')
    },
  })
  server.addTask()
  await autoscaler.tick()
  await clock.advance(1_000)
  expect(outcomes.map(({ result }) => result)).toEqual(['failed'])
  expect(server.agents).toEqual([])
})

test('user data that the cloud does not take is refused before a machine is asked for', async () => {
  const { clock, server, cloud, autoscaler, outcomes } = engineWith(
    (provider) => ({ ...provider, userDataLimit: { bytes: 16_384, gzip: false } }),
    { renderUserData: () => `#cloud-config\n${'#'.repeat(20_000)}` },
  )
  server.addTask()
  await autoscaler.tick()
  await clock.advance(1_000)
  expect(outcomes[0]?.detail).toBe('user data has 20014 bytes; the cloud takes 16384')
  expect(cloud.history).toEqual([])
  expect(server.agents).toEqual([])
})

test('a launch that failed says why, also when its record cannot be taken back', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.cloud.failNext('create', new QuotaExceeded('no more than 0 machines'))
  world.server.failNext('deleteAgent', new Transient('database is locked'))
  world.server.addTask()
  await world.seconds(2)
  expect(world.outcomes[0]?.error?.kind).toBe('quota-exceeded')
  await world.stop()
})

// ---- never kills work

test('a machine is kept while the queue shows a task of the agent that the list of agents leaves out', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  const task = world.server.addTask({ durationMs: 20 * 60_000 })
  await world.minutes(6)
  const whole = world.server.readAgents.bind(world.server)
  world.server.readAgents = async (call) => ({ ...(await whole(call)), agents: [] })
  await world.seconds(60)
  world.server.readAgents = whole
  await world.minutes(20)
  expect(task.fate).toBe('done')
  await world.stop()
})

test('forgetting a twin record does not make the machine of the living one fair game', () => {
  const twin = aBootingAgent({ name: a, id: 'twin', createdAt: testStartAt - 5 * MINUTE_MS })
  const plan = planFor({
    machines: [aMachine({ name: a })],
    watchedForMs: 11_000,
    remember: (memory) => {
      const forget = { kind: 'forget', pool: '1', agent: twin, because: 'twin', reason: 'r' } as const
      const outcome: Outcome = { action: forget, name: a, at: testStartAt, tookMs: 1, result: 'done' }
      return recordOutcome(memory, outcome, () => 0)
    },
  })
  expect(steps(plan)).toEqual([])
})

test('of two records that have not registered yet none is forgotten while a machine boots as one of them', () => {
  const createdAt = testStartAt - 4 * MINUTE_MS
  const plan = planFor({
    agents: [aBootingAgent({ name: a, createdAt }), aBootingAgent({ name: a, id: 'twin', createdAt })],
    machines: [aMachine({ name: a, createdAt })],
  })
  expect(steps(plan)).toEqual([])
})

// ---- restarts and the stream

test('a stream that broke long ago, while the server still knew its work, is no restart later', () => {
  const poolOf = () => '1'
  const look = (at: number, running: boolean) => ({
    takenAt: at,
    inFlight: [],
    machines: new Map(),
    agents: { ok: true, value: { agents: [], serverNowAt: at } } as const,
    queue: {
      ok: true,
      value: { tasks: running ? [aTask({ state: 'running' })] : [], paused: false, pollingSlots: 0 },
    } as const,
    work: undefined,
    streamBrokeAt: 15_000,
  })
  let memory = firstMemory(0)
  for (const at of [10_000, 20_000, 30_000]) memory = observe(memory, look(at, true), poolOf)
  expect(memory.disturbance.kind).toBe('own-start')
  for (const at of [600_000, 610_000]) memory = observe(memory, look(at, false), poolOf)
  expect(memory.disturbance.kind).toBe('own-start')
})

test('events that a proxy cuts off every minute do not keep idle machines for ever', async () => {
  let tell: (signal: ServerSignal) => void = () => {}
  const { clock, server, cloud, autoscaler } = engineWith((provider) => provider, {
    server: (server) => {
      server.listen = (onSignal) => {
        tell = onSignal
      }
      return server
    },
    policy: { idleTimeoutMs: 60_000 },
  })
  const stop = new AbortController()
  const running = autoscaler.run(stop.signal)
  await clock.advance(11_000)
  server.addTask({ durationMs: 1_000 })
  tell('changed')
  for (let i = 0; i < 60; i++) {
    await clock.advance(55_000)
    tell('broken')
    await clock.advance(1_000)
    tell('connected')
    await clock.advance(4_000)
  }
  expect(cloud.history).toHaveLength(1)
  expect(cloud.machines).toEqual([])
  stop.abort()
  await clock.advance(60_000)
  await running
})

// ---- always explains

test('a minimum that cannot be filled says why', () => {
  const plan = planFor({
    pools: [aPool({ min: 1 })],
    remember: (memory) => ({
      ...memory,
      backOff: new Map([
        [
          '1',
          {
            sinceAt: testStartAt,
            untilAt: testStartAt + 1_000,
            failures: 1,
            why: 'sold out',
            kind: 'offering-unavailable',
          },
        ],
      ]),
    }),
  })
  expect(plan.holds.map(({ because }) => because)).toContain('backing-off')
})

test('a requeued task does not hide how many more agents are wanted', () => {
  const plan = planFor({
    pools: [aPool({ max: 1 })],
    machines: [aMachine({ name: a, createdAt: testStartAt - 1_000 })],
    tasks: [...tasks(5), aTask({ id: 'lost', agentId: 'gone' })],
  })
  expect(plan.holds.find(({ because }) => because === 'at-max')?.wanted).toBeGreaterThanOrEqual(5)
})

test('a task that its concurrency group holds back is named in a hold', () => {
  const plan = planFor({ tasks: tasks(3, { concurrency: { group: 'deploy', limit: 1 } }) })
  expect(plan.holds.map(({ because }) => because)).toContain('concurrency-group')
})

test('a cordoned agent that is kept for its work, or for lack of contact, is named in a hold', () => {
  const working = planFor({
    tasks: [aTask({ state: 'running', agentId: `id-of-${a}` })],
    agents: [anAgent({ name: a, cordoned: true })],
    machines: [aMachine({ name: a })],
  })
  const quiet = planFor({
    agents: [anAgent({ name: a, cordoned: true, lastContactAt: testStartAt - 60_000 })],
    machines: [aMachine({ name: a })],
  })
  expect([working, quiet].map(({ holds }) => holds.length)).toEqual([1, 1])
})

// ---- time

test('our own clock set back by an hour does not stop the loop', async () => {
  const world = new FakeWorld()
  const now = world.clock.now.bind(world.clock)
  world.start()
  await world.seconds(25)
  world.clock.now = () => now() - 3_600_000
  const before = world.reports.length
  await world.minutes(2)
  expect(world.reports.length).toBeGreaterThan(before + 5)
  await world.stop()
})

test('a silent agent whose task nobody ever settles is ended after the longest pipeline and ten minutes', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(11)
  world.server.addTask({ durationMs: 600_000 })
  await world.minutes(2)
  const { name } = world.cloud.machines[0]!
  world.server.process(name)!.silence()
  await world.minutes(150)
  expect(world.cloud.machine(name)).toBeUndefined()
  await world.stop()
})

test('an agent that is not in contact does not stand in for the minimum while a living one is ended', () => {
  const b = 'pool-1-agent-b'
  const plan = planFor({
    pools: [aPool({ min: 1 })],
    agents: [anAgent({ name: a, lastContactAt: testStartAt - 5 * MINUTE_MS }), anAgent({ name: b })],
    machines: [aMachine({ name: a }), aMachine({ name: b })],
  })
  expect(steps(plan)).toEqual([])
})

test('work that the server forgot is noticed as a restart also when the database is asked a tick later', () => {
  const look = (at: number, known: boolean, asked: boolean) => ({
    takenAt: at,
    inFlight: [],
    machines: new Map(),
    agents: { ok: true, value: { agents: [], serverNowAt: at } } as const,
    queue: {
      ok: true,
      value: { tasks: known ? [aTask({ state: 'running' })] : [], paused: false, pollingSlots: 0 },
    } as const,
    work: asked
      ? ({
          ok: true,
          value: { workingAgentIds: new Set<string>(), runningTaskIds: new Set(['task-1']) },
        } as const)
      : undefined,
    streamBrokeAt: undefined,
  })
  let memory = firstMemory(0)
  memory = observe(memory, look(10_000, true, false), () => '1')
  memory = observe(memory, look(20_000, false, false), () => '1')
  memory = observe(memory, look(30_000, false, true), () => '1')
  expect(memory.disturbance.kind).toBe('work-forgotten')
})

test('a pool whose list takes 15 s delays no launch of another pool', async () => {
  const clock = new ManualClock()
  const server = new FakeCiServer({ clock })
  const clouds = [new FakeCloud({ clock }), new FakeCloud({ clock })] as const
  clouds[1].slowDown('list', 15_000)
  const offer = server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' })
  const autoscaler = createAutoscaler({
    server,
    pools: clouds.map((cloud, i) => {
      const policy = aPool({
        id: String(i + 1),
        priority: -i,
        offer: i === 0 ? offer : { ...offer, platform: 'other' },
      })
      const agent = { labels: {}, image: undefined, environment: {}, renderUserData: () => '' }
      return { policy, provider: createFakeProvider(cloud, { pool: policy.id }), agent }
    }),
    caution: {
      graceAfterRestartMs: 300_000,
      longestPipelineMs: 7_200_000,
      listLagMs: 120_000,
      poweredOffMs: 20_000,
    },
    intervalMs: 10_000,
    clock,
    random: Math.random,
    log: silentLog,
  })
  const stop = new AbortController()
  const running = autoscaler.run(stop.signal)
  const delays: number[] = []
  for (let i = 0; i < 8; i++) {
    await clock.advance(14_000)
    const before = clouds[0].history.length
    const at = clock.now()
    server.addTask({ id: `t${i}` })
    while (clouds[0].history.length === before && clock.now() - at < 20_000) await clock.advance(500)
    delays.push(clock.now() - at)
  }
  stop.abort()
  await clock.advance(60_000)
  await running
  expect(Math.max(...delays)).toBeLessThan(3_000)
})
