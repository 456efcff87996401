import { describe, expect, test } from 'vitest'
import type { AgentHistory, Memory } from '../model/memory.ts'
import { aBootingAgent, aMachine, anAgent, aPool, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'
const id = `id-of-${a}`

/** An idle agent of ours with its machine. */
const one = (agent: Parameters<typeof anAgent>[0] = {}, machine: Parameters<typeof aMachine>[0] = {}) => ({
  agents: [anAgent({ name: a, ...agent })],
  machines: [aMachine({ name: a, ...machine })],
})

/** One that has not registered, with its machine, both as old. */
const booting = (ageMs: number, machine: Parameters<typeof aMachine>[0] = {}) => ({
  agents: [aBootingAgent({ name: a, createdAt: testStartAt - ageMs })],
  machines: [aMachine({ name: a, createdAt: testStartAt - ageMs, ...machine })],
})

const knowing =
  (history: Partial<AgentHistory>) =>
  (memory: Memory): Memory => ({
    ...memory,
    agents: new Map([[id, { ...memory.agents.get(id)!, ...history }]]),
  })

const justWorked = { lastWorkAt: testStartAt - 30_000 }
const deaf = { agents: [anAgent({ name: 'foreign' })], tasks: tasks(1) }

/** What is done exactly at the limit, and what a millisecond earlier. */
type Row = readonly [string, (ms: number) => Scenario, number, readonly string[], readonly string[]]

/** With a timeout as short the drain does not begin before it. */
const short = { pools: [aPool({ idleTimeoutMs: 30_000 })] }

const limits: readonly Row[] = [
  [
    'idle since its last work for the idle timeout',
    (ms) => one({ lastWorkAt: testStartAt - ms, lastContactAt: testStartAt - 2_000 }),
    // The drain is over at the timeout of 10 minutes: the cordon comes before the heartbeat that leaves time for the rest.
    582_501,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'idle since its first contact, as it never worked',
    (ms) => ({
      ...one({ lastWorkAt: undefined }),
      ...short,
      remember: knowing({ firstContactSeenAt: testStartAt - ms }),
    }),
    30_000,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'idle since it was seen busy, whatever its stamp says',
    (ms) => ({ ...one(), ...short, remember: knowing({ lastSeenBusyAt: testStartAt - ms }) }),
    30_000,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'idle since it was called back',
    (ms) => ({ ...one(), ...short, remember: knowing({ uncordonedAt: testStartAt - ms }) }),
    30_000,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'two minutes of a paid hour are left, though it has worked four minutes ago',
    (ms) => ({
      pools: [aPool({ billing: 'hour' })],
      ...one({ lastWorkAt: testStartAt - 4 * MINUTE_MS }, { createdAt: testStartAt - ms }),
    }),
    58 * MINUTE_MS,
    [`cordon ${a} paid-hour-ends`],
    [],
  ],
  [
    'the grace after our own start',
    (ms) => ({ ...one(), pools: [aPool({ idleTimeoutMs: 1_000 })], watchedForMs: ms }),
    5 * MINUTE_MS,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'contact that is unbroken for three minutes, after the grace',
    (ms) => ({
      ...one({ lastWorkAt: undefined }),
      pools: [aPool({ idleTimeoutMs: 1_000 })],
      remember: knowing({ contactUnbrokenSince: testStartAt - ms }),
    }),
    3 * MINUTE_MS,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'no work stamped for three minutes, after the grace',
    (ms) => ({ ...one({ lastWorkAt: testStartAt - ms }), pools: [aPool({ idleTimeoutMs: 1_000 })] }),
    3 * MINUTE_MS,
    [`cordon ${a} idle`],
    [],
  ],
  [
    'an orphan that was there when we started, and the grace',
    (ms) => ({ machines: [aMachine({ name: a })], watchedForMs: ms }),
    5 * MINUTE_MS,
    [`terminate ${a} orphan`],
    [],
  ],
  [
    'stopped, and not needed for as long as its pool keeps some',
    (ms) => ({
      ...one({ cordoned: true, lastContactAt: testStartAt - ms }, { state: 'stopped' }),
      pools: [aPool({ parked: { max: 1, forMs: 60 * MINUTE_MS } })],
    }),
    60 * MINUTE_MS,
    [`terminate ${a} parked`],
    [],
  ],
  [
    'silent with a task, for the longest pipeline and ten minutes',
    (ms) => ({
      ...one({ lastContactAt: testStartAt - ms }),
      tasks: [aTask({ state: 'running', agentId: id })],
      watchedForMs: 300 * MINUTE_MS,
    }),
    130 * MINUTE_MS,
    [`terminate ${a} silent`],
    [],
  ],
  [
    'silent with a task, counted from our start',
    (ms) => ({
      ...one({ lastContactAt: testStartAt - 200 * MINUTE_MS }),
      tasks: [aTask({ state: 'running', agentId: id })],
      watchedForMs: ms,
    }),
    130 * MINUTE_MS,
    [`terminate ${a} silent`],
    [],
  ],
  [
    'a task waits, and boots usually take less than three minutes',
    (ms) => ({ ...booting(ms), tasks: tasks(1) }),
    3 * MINUTE_MS,
    ['launch demand'],
    [],
  ],
  [
    'a task waits, and boots usually took 20 s',
    (ms) => ({
      ...booting(MINUTE_MS),
      tasks: tasks(1),
      remember: (memory) => ({
        ...memory,
        bootTimesMs: new Map([['1', [20_000]]]),
        launchEndedAt: new Map([[a, testStartAt - ms]]),
      }),
    }),
    40_000,
    ['launch demand'],
    [],
  ],
  [
    'a task waits, and boots took a second: a machine is given half a minute all the same',
    (ms) => ({
      ...booting(ms),
      tasks: tasks(1),
      remember: (memory) => ({ ...memory, bootTimesMs: new Map([['1', [1_000]]]) }),
    }),
    30_000,
    ['launch demand'],
    [],
  ],
  [
    'a task waits, and one boot in twenty took long: that one does not count',
    (ms) => ({
      ...booting(ms),
      tasks: tasks(1),
      remember: (memory) => ({
        ...memory,
        bootTimesMs: new Map([['1', [500_000, ...Array<number>(18).fill(20_000), 25_000]]]),
      }),
    }),
    50_000,
    ['launch demand'],
    [],
  ],
  [
    'a task and a free agent have waited for one another for 15 s',
    (ms) => ({ ...deaf, watchedForMs: ms }),
    15_000,
    ['launch demand'],
    [],
  ],
  [
    'a task has waited for 15 s for an agent that was free for longer',
    (ms) => ({
      ...deaf,
      remember: (memory) => ({ ...memory, pendingSince: new Map([['task-1', testStartAt - ms]]) }),
    }),
    15_000,
    ['launch demand'],
    [],
  ],
  [
    'an agent is free for 15 s while a task has waited for longer',
    (ms) => ({
      ...deaf,
      remember: (memory) => {
        const [foreign] = [...memory.agents]
        return {
          ...memory,
          agents: new Map([[foreign![0], { ...foreign![1], freeSince: testStartAt - ms }]]),
        }
      },
    }),
    15_000,
    ['launch demand'],
    [],
  ],
  [
    'free for 10 s, and the server says that nobody asks',
    (ms) => ({ ...one(justWorked), tasks: tasks(1), pollingSlots: 0, watchedForMs: ms }),
    10_000,
    ['launch demand'],
    [],
  ],
  [
    'an uncordon has failed a minute ago',
    (ms) => ({
      ...one({ cordoned: true }),
      pools: [aPool({ min: 1 })],
      watchedForMs: MINUTE_MS,
      remember: knowing({ uncordonFailedAt: testStartAt - ms }),
    }),
    MINUTE_MS,
    [`uncordon ${a} min`],
    ['launch min', `cordon ${a} carried-on`],
  ],
]

/** The same, where the limit itself still belongs to the time before: one millisecond more is too much. */
const tolerances: readonly Row[] = [
  [
    'not registered for the inactivity timeout',
    (ms) => booting(ms),
    10 * MINUTE_MS + 1,
    [`terminate ${a} lost`],
    [],
  ],
  [
    'its machine stopped before it registered',
    (ms) => booting(ms, { state: 'stopped' }),
    20_001,
    [`terminate ${a} lost`],
    [],
  ],
  [
    'silent for the inactivity timeout',
    (ms) => one({ lastContactAt: testStartAt - ms }),
    10 * MINUTE_MS + 1,
    [`terminate ${a} silent`],
    [],
  ],
  [
    'silent for long, but we have looked for the inactivity timeout only',
    (ms) => ({ ...one({ lastContactAt: testStartAt - 40 * MINUTE_MS }), watchedForMs: ms }),
    10 * MINUTE_MS + 1,
    [`terminate ${a} silent`],
    [],
  ],
  [
    'its machine was stopped',
    (ms) => one({ lastContactAt: testStartAt - ms, ...justWorked }, { state: 'stopped' }),
    20_001,
    [`terminate ${a} silent`],
    [],
  ],
  [
    'a record without a machine, and lists that lag',
    (ms) => ({ agents: [aBootingAgent({ name: a, createdAt: testStartAt - ms })] }),
    2 * MINUTE_MS + 1,
    [`forget ${a} zombie`],
    [],
  ],
  [
    'a machine without a record, and lists that lag',
    (ms) => ({ machines: [aMachine({ name: a, createdAt: testStartAt - ms })] }),
    2 * MINUTE_MS + 1,
    [`terminate ${a} orphan`],
    [],
  ],
  [
    'a second record of the name, and lists that lag',
    (ms) => ({
      ...one(justWorked),
      agents: [
        anAgent({ name: a, ...justWorked }),
        aBootingAgent({ name: a, id: 'twin', createdAt: testStartAt - ms }),
      ],
    }),
    2 * MINUTE_MS + 1,
    [`forget ${a} twin`],
    [],
  ],
  [
    'launched, and on no list yet',
    (ms) => ({
      tasks: tasks(2),
      pools: [aPool({ max: 1 })],
      remember: (memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - ms]]) }),
    }),
    2 * MINUTE_MS + 1,
    ['launch demand'],
    [],
  ],
  [
    'a foreign agent that was in contact half a minute ago is supply',
    (ms) => ({
      agents: [anAgent({ name: 'foreign', lastContactAt: testStartAt - ms })],
      tasks: tasks(1),
      watchedForMs: 1_000,
    }),
    30_001,
    ['launch demand'],
    [],
  ],
  [
    'an agent that was connected before the server went away is expected back',
    (ms) => ({
      ...one({ lastContactAt: testStartAt - ms, ...justWorked }),
      tasks: tasks(1),
      remember: (memory) => ({
        ...memory,
        disturbance: { kind: 'away', at: testStartAt - 30_000, awaySince: testStartAt - 45_000 },
        pendingSince: new Map(),
      }),
    }),
    75_001,
    ['launch demand'],
    [],
  ],
  [
    'the server is back for half a minute, in which agents come back too',
    (ms) => ({
      ...one({ lastContactAt: testStartAt - 50_000, ...justWorked }),
      tasks: tasks(1),
      remember: (memory) => ({
        ...memory,
        disturbance: { kind: 'away', at: testStartAt - ms, awaySince: testStartAt - 45_000 },
        pendingSince: new Map(),
      }),
    }),
    30_001,
    ['launch demand'],
    [],
  ],
]

describe('what is due at its time, and not a millisecond before', () => {
  test.each([...limits, ...tolerances])('%s', (_, scenario, limitMs, at, before) => {
    expect(steps(planFor(scenario(limitMs)))).toEqual(at)
    expect(steps(planFor(scenario(limitMs - 1)))).toEqual(before)
  })
})

test.each([
  ['in the second of our start, as the server counts', 2_000, []],
  ['after our start', 2_001, [`cordon ${a} idle`]],
])('an agent that was made %s is held by the grace or not', (_, afterMs, expected) => {
  const watchedForMs = 4 * MINUTE_MS
  const createdAt = testStartAt - watchedForMs + afterMs
  const plan = planFor({
    ...one({ createdAt, lastWorkAt: undefined }),
    pools: [aPool({ idleTimeoutMs: 1_000 })],
    watchedForMs,
  })
  expect(steps(plan)).toEqual(expected)
})

test.each([
  ['at our start', 0, []],
  ['after our start', 1, [`terminate ${a} orphan`]],
])('a machine without a record that was made %s is held by the grace or not', (_, afterMs, expected) => {
  const watchedForMs = 4 * MINUTE_MS
  const machines = [aMachine({ name: a, createdAt: testStartAt - watchedForMs + afterMs })]
  expect(steps(planFor({ machines, watchedForMs }))).toEqual(expected)
})

test.each([
  ['less than lists are late ago', 2 * MINUTE_MS - 1, [], ['no list has shown its machine yet']],
  [
    'longer ago',
    2 * MINUTE_MS,
    [],
    ['it is in contact, but in no list: its machine may be in another region or account'],
  ],
])('a drained agent whose machine no list has shown, launched %s', (_, agoMs, done, said) => {
  const { agents } = one({
    cordoned: true,
    createdAt: testStartAt - 20 * MINUTE_MS,
    lastContactAt: testStartAt - 2_000,
  })
  const drain = {
    because: 'idle',
    cordonedAt: testStartAt - 20_000,
    cordonedAtServer: testStartAt - 20_000,
    cordonedAgainAt: testStartAt - 8_000,
    seenIdleAt: testStartAt - 5_000,
  } as const
  const plan = planFor({
    agents,
    remember: (memory) => ({
      ...knowing({ drain })(memory),
      launchEndedAt: new Map([[a, testStartAt - agoMs]]),
    }),
  })
  expect(steps(plan)).toEqual(done)
  expect(plan.holds.map(({ reason }) => reason)).toEqual(said)
})

test('what was listed once without its machine may still come, twice is enough', () => {
  const missing = (machineMissing: number): Scenario => ({
    agents: [aBootingAgent({ name: a, createdAt: testStartAt - 5 * MINUTE_MS })],
    remember: (memory) => ({
      ...memory,
      machines: new Map([[a, { ...memory.machines.get(a)!, machineMissing }]]),
    }),
  })
  expect(steps(planFor(missing(1)))).toEqual([])
  expect(steps(planFor(missing(2)))).toEqual([`forget ${a} zombie`])
})

test('an agent that fell silent without a machine is forgotten once the machine was missing twice', () => {
  const missing = (machineMissing: number): Scenario => ({
    agents: [anAgent({ name: a, lastContactAt: testStartAt - 11 * MINUTE_MS })],
    remember: (memory) => ({
      ...memory,
      machines: new Map([[a, { ...memory.machines.get(a)!, machineMissing }]]),
    }),
  })
  expect(steps(planFor(missing(1)))).toEqual([])
  expect(planFor(missing(1)).holds.map(({ reason }) => reason)).toEqual([
    'its machine is missing from the list',
  ])
  expect(planFor(missing(2)).actions).toMatchObject([
    {
      kind: 'forget',
      because: 'machine-gone',
      reason:
        'its machine disappeared from the cloud (in no list for 1h, no heartbeat for 11m): it was deleted outside of the autoscaler, or failed',
    },
  ])
})

test('a machine that the cloud dates after now has its whole hour left', () => {
  const plan = planFor({
    pools: [aPool({ billing: 'hour' })],
    ...one({}, { createdAt: testStartAt + 5 * MINUTE_MS }),
  })
  expect(plan.actions).toEqual([])
  expect(plan.holds).toEqual([
    { kind: 'hold', pool: '1', because: 'paid-hour', reason: 'idle, but paid for 1h more', subject: a },
  ])
})

test('a machine whose age nobody knows is not thought of as paid by the hour', () => {
  const { agents } = one()
  const plan = planFor({
    agents,
    pools: [aPool({ billing: 'hour' })],
    machines: [{ name: a, state: 'unknown' }],
  })
  expect(steps(plan)).toEqual([`cordon ${a} idle`])
})
