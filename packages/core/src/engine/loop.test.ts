import { expect, test } from 'vitest'
import { MADE_FROM } from '../evidence/label-differences.ts'
import type { Offering } from '../model/money.ts'
import { type PoolPolicy, unlimitedFleet } from '../model/pool.ts'
import type { Clock } from '../ports/clock.ts'
import { AuthError, Transient } from '../ports/errors.ts'
import type { Log } from '../ports/log.ts'
import { silentLog } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import { aPool } from '../testing/builders.ts'
import { FakeCiServer } from '../testing/fake-ci-server.ts'
import { FakeCloud } from '../testing/fake-cloud.ts'
import { createFakeProvider } from '../testing/fake-provider.ts'
import { FakeWorld } from '../testing/fake-world.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { AgentSettings, AutoscalerOptions } from './autoscaler.ts'
import { createAutoscaler } from './create-autoscaler.ts'

/** When ticks began, in seconds from the start. */
function ticksOf(world: FakeWorld): readonly number[] {
  const startedAt = world.reports[0]?.snapshot.takenAt ?? 0
  return world.reports.map(({ snapshot }) => (snapshot.takenAt - startedAt) / 1_000)
}

interface BareOptions extends Partial<AutoscalerOptions> {
  readonly policy?: Partial<PoolPolicy>
  readonly offerings?: readonly Offering[]
  readonly provider?: Partial<Provider>
  readonly agent?: Partial<AgentSettings>
}

/** The engine without a loop, reporting to nobody but those who are named. */
function bare({ policy: more, offerings = [], provider, agent, ...options }: BareOptions = {}) {
  const clock = new ManualClock()
  const server = new FakeCiServer({ clock })
  const cloud = new FakeCloud({ clock, offerings })
  const policy = aPool({
    ...more,
    offer: server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }),
  })
  const autoscaler = createAutoscaler({
    server,
    pools: [
      {
        policy,
        provider: { ...createFakeProvider(cloud, { pool: policy.id }), ...provider },
        agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '', ...agent },
      },
    ],
    caution: { graceAfterRestartMs: 0, longestPipelineMs: 0, listLagMs: 120_000, poweredOffMs: 20_000 },
    intervalMs: 10_000,
    clock,
    random: () => 0.5,
    log: silentLog,
    ...options,
  })
  return { clock, server, cloud, autoscaler }
}

/** Everything that is logged as an error. */
function listening(): { readonly log: Log; readonly errors: string[] } {
  const errors: string[] = []
  const log = { ...silentLog, error: (_: unknown, message: string) => errors.push(message) } as unknown as Log
  return { log, errors }
}

test.each([
  ['agents', 'readAgents'],
  ['queue', 'readQueue'],
] as const)('while the token is refused for the %s it looks once a minute', async (_, call) => {
  const world = new FakeWorld({ server: { events: false } })
  world.server.failNext(call, new AuthError('401'), 3)
  world.start()
  await world.seconds(205)
  expect(ticksOf(world)).toEqual([0, 60, 120, 180, 190, 200])
  await world.stop()
})

test('while the server cannot be read for another reason it looks every ten seconds', async () => {
  const world = new FakeWorld({ server: { events: false } })
  world.server.failNext('readAgents', new Transient('503'), 3)
  world.start()
  await world.seconds(35)
  expect(ticksOf(world)).toEqual([0, 10, 20, 30])
  await world.stop()
})

test('the connection of the stream is no reason to look twice at once', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(25)
  expect(ticksOf(world)).toEqual([0, 10, 20])
  await world.stop()
})

test('an event causes a tick at once, with the machines of the tick before, and at most one each 300 ms', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(3)
  for (let at = 0; at < 10; at++) {
    world.server.touch()
    await world.clock.advance(100)
  }
  expect(ticksOf(world).filter((at) => at >= 3 && at < 4)).toEqual([3, 3.3, 3.6, 3.9])
  const reused = world.reports.map(({ snapshot: { machines } }) => {
    const reading = machines.get('1')
    return reading?.ok === true && reading.value.reused
  })
  expect(reused.slice(0, 4)).toEqual([false, true, true, true])
  await world.stop()
})

test('one event causes one tick', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(3)
  world.server.touch()
  await world.seconds(6)
  expect(ticksOf(world)).toEqual([0, 3])
  await world.stop()
})

test('a pass by hand lists the machines anew each time', async () => {
  const { autoscaler, cloud } = bare()
  const names = async () => {
    const reading = (await autoscaler.tick()).snapshot.machines.get('1')
    return reading?.ok ? [reading.value.reused, ...reading.value.machines.map(({ name }) => name)] : []
  }
  expect(await names()).toEqual([false])
  cloud.plant({ name: 'pool-1-agent-a' })
  expect(await names()).toEqual([false, 'pool-1-agent-a'])
})

test('what is paid by the hour is counted by the hour, and what is spent stops growth', async () => {
  const spentBy = async (billing: 'second' | 'hour') => {
    const { autoscaler, server, cloud, clock } = bare({
      policy: { billing },
      fleet: { ...unlimitedFleet, maxSpendPerDay: { amount: 5, currency: 'EUR' } },
      offerings: [{ id: 'large', hourlyPrice: { amount: 6, currency: 'EUR' } }],
    })
    await autoscaler.tick()
    cloud.plant({ name: 'pool-1-agent-a', createdAt: clock.now() + 1_000 })
    await clock.advance(10_000)
    server.addTask()
    const { plan } = await autoscaler.tick()
    return plan.holds.map(({ because }) => because)
  }
  expect(await spentBy('hour')).toContain('spend-cap')
  expect(await spentBy('second')).not.toContain('spend-cap')
})

test('a look without acting changes nothing, and says what would be done', async () => {
  const { autoscaler, server, cloud } = bare()
  server.addTask()
  const { plan, tick } = await autoscaler.dryRun()
  expect(plan.actions).toMatchObject([{ kind: 'launch', because: 'demand' }])
  await autoscaler.settled()
  expect(tick).toBe(1)
  expect(cloud.history).toEqual([])
  expect(server.agents).toEqual([])
})

test('nothing is amiss where nobody wants to be told', async () => {
  const { log, errors } = listening()
  const { autoscaler, server } = bare({ log })
  server.addTask()
  await autoscaler.tick()
  await autoscaler.settled()
  expect(errors).toEqual([])
})

test('a report that fails is logged, and stops nothing', async () => {
  const { log, errors } = listening()
  const fail = () => {
    throw new Error('the disk is full')
  }
  const { autoscaler, server, cloud } = bare({ log, onTick: fail, onOutcome: fail })
  server.addTask()
  await autoscaler.tick()
  await autoscaler.settled()
  expect(errors).toEqual(['A report could not be made', 'A report could not be made'])
  expect(cloud.machines).toHaveLength(1)
})

test('it is settled when the last action has ended, and not before', async () => {
  const { autoscaler, server, cloud, clock } = bare()
  cloud.slowDown('create', 30_000)
  server.addTask()
  await autoscaler.tick()
  let isSettled = false
  const settled = autoscaler.settled().then(() => {
    isSettled = true
  })
  await clock.advance(29_999)
  expect(isSettled).toBe(false)
  await clock.advance(1)
  await settled
  expect(cloud.machines).toHaveLength(1)
})

test('what is under way is known to the next look, with the task that it is for', async () => {
  const { autoscaler, server, cloud, clock } = bare()
  cloud.slowDown('create', 30_000)
  server.addTask({ id: 'task-7' })
  const startedAt = clock.now()
  await autoscaler.tick()
  await clock.advance(10_000)
  const { snapshot, plan } = await autoscaler.tick()
  expect(snapshot.inFlight).toMatchObject([{ kind: 'launch', pool: '1', forTask: 'task-7', startedAt }])
  expect(plan.actions).toEqual([])
  expect(plan.pools[0]?.members).toMatchObject([{ state: 'launching' }])
  await clock.advance(30_000)
  expect((await autoscaler.tick()).snapshot.inFlight).toEqual([])
})

test('the break of the stream is known to the next look', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(15)
  expect(world.reports.at(-1)?.snapshot.streamBrokeAt).toBeUndefined()
  const at = world.clock.now()
  world.server.unreachableFor(1_000)
  await world.seconds(15)
  expect(world.reports.at(-1)?.snapshot.streamBrokeAt).toBe(at)
  await world.stop()
})

test('agents of pools that are not ours come and go without a word', async () => {
  const world = new FakeWorld()
  for (let at = 0; at < 8; at++) world.server.addForeignAgent(`pool-other-agent-${at}`)
  world.start()
  await world.seconds(15)
  world.server.loseRecords(() => true)
  await world.seconds(15)
  expect(world.holds).toEqual([])
  await world.stop()
})

test('at its end it leaves no timer behind', async () => {
  const clock = new ManualClock()
  const pending = new Set<symbol>()
  const counting: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    startTimer: (delayMs, ring) => {
      const timer = Symbol(`${delayMs} ms`)
      pending.add(timer)
      const cancel = clock.startTimer(delayMs, () => {
        pending.delete(timer)
        ring()
      })
      return () => {
        pending.delete(timer)
        cancel()
      }
    },
  }
  const { autoscaler, server } = bare({ clock: counting })
  const stop = new AbortController()
  const running = autoscaler.run(stop.signal)
  await clock.advance(25_000)
  server.addTask()
  await clock.advance(5_000)
  stop.abort()
  await clock.advance(0)
  await running
  expect(pending.size).toBe(0)
})

test('at its end an action that hangs is broken off after twenty seconds', async () => {
  const { autoscaler, server, cloud, clock } = bare()
  const stop = new AbortController()
  const running = autoscaler.run(stop.signal)
  let hasEnded = false
  const ended = running.then(() => {
    hasEnded = true
  })
  await clock.advance(1_000)
  cloud.hangNext('create')
  server.addTask()
  await clock.advance(12_000)
  stop.abort()
  await clock.advance(19_999)
  expect(hasEnded).toBe(false)
  await clock.advance(1)
  await ended
  expect(cloud.machines).toEqual([])
})

test('a tick says how long it took, and they are counted', async () => {
  const { autoscaler, server, clock } = bare()
  server.slowDown('readAgents', 700)
  const first = autoscaler.tick()
  const second = autoscaler.tick()
  await clock.advance(2_000)
  expect([await first, await second].map(({ tick, tookMs }) => [tick, tookMs])).toEqual([
    [1, 700],
    [2, 700],
  ])
})

test('an agent is made with its pool’s labels, and with the mark of what its machine is made from', async () => {
  const labelsMade = async (madeFrom: string | undefined) => {
    const { autoscaler, server } = bare({ policy: { madeFrom }, agent: { labels: { size: 'large' } } })
    const createAgent = server.createAgent.bind(server)
    const made: unknown[] = []
    server.createAgent = (agent, call) => {
      made.push(agent.labels)
      return createAgent(agent, call)
    }
    server.addTask()
    await autoscaler.tick()
    await autoscaler.settled()
    return made
  }
  expect(await labelsMade(undefined)).toStrictEqual([{ size: 'large' }])
  expect(await labelsMade('4f2a')).toEqual([{ size: 'large', [MADE_FROM]: '4f2a' }])
})

test.each([
  ['ephemeral', true],
  ['reused', undefined],
] as const)('an agent of a pool that is %s is made for one task, or for more', async (mode, servesOne) => {
  const { autoscaler, server } = bare({ policy: { mode } })
  const createAgent = server.createAgent.bind(server)
  const made: (boolean | undefined)[] = []
  server.createAgent = (agent, call) => {
    made.push(agent.servesOne)
    return createAgent(agent, call)
  }
  server.addTask()
  await autoscaler.tick()
  await autoscaler.settled()
  expect(made).toEqual([servesOne])
})

test.each([
  ['is not rendered for a provider that has no use for it', false, 1, undefined],
  ['that cannot be rendered stops the launch', true, 0, 'the user data cannot be rendered: no such field'],
])('user data %s', async (_, usesUserData, machines, detail) => {
  const details: (string | undefined)[] = []
  const { autoscaler, server, cloud } = bare({
    provider: { usesUserData },
    agent: {
      renderUserData: () => {
        throw new Error('no such field')
      },
    },
    onOutcome: (outcome) => details.push(outcome.detail),
  })
  server.addTask()
  await autoscaler.tick()
  await autoscaler.settled()
  expect(cloud.machines).toHaveLength(machines)
  expect(server.agents).toHaveLength(machines)
  expect(details).toEqual([detail])
})

test.each([
  ['null', null],
  ['a list of null', [null]],
  ['a list of names where machines were asked for', ['pool-1-agent-a']],
  ['machines without names', [{ state: 'running' }]],
])('a provider that answers %s has not answered', async (_, answer) => {
  const { autoscaler, server, cloud } = bare({
    provider: { listDeployedAgents: async () => answer as never },
  })
  server.addTask()
  const { plan } = await autoscaler.tick()
  expect(plan.holds.map(({ reason }) => reason)).toContain(
    'the machines cannot be listed: the provider answered something that is no list of machines',
  )
  expect(cloud.history).toEqual([])
})
