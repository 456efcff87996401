import { describe, expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import type { Memory, StandingBackOff } from '../model/memory.ts'
import type { Operation } from '../model/snapshot.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import { Transient } from '../ports/errors.ts'
import { anAgent, aPool, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const aBox = (box: Partial<StandingSeen> = {}): StandingSeen => ({
  id: 'i-1',
  state: 'running',
  startedAt: testStartAt - 60 * MINUTE_MS,
  agentId: 'id-of-box',
  ...box,
})
const unnamed = (box: Partial<StandingSeen> = {}) => aBox({ agentId: undefined, ...box })
const boxAgent = (agent: Partial<Agent> = {}): Agent => anAgent({ name: 'box', ...agent })
const one = (box: Partial<StandingSeen> = {}, agent: Partial<Agent> = {}): Scenario => ({
  pools: [aPool({ max: 0 })],
  standing: [aBox(box)],
  agents: [boxAgent(agent)],
})
const away = { cordoned: true, lastContactAt: testStartAt - 20 * MINUTE_MS }
const stopped = { state: 'stopped' } as const
const underWay = (kind: Operation['kind']): Operation => ({
  kind,
  pool: '1',
  name: 'box',
  agentId: 'id-of-box',
  startedAt: testStartAt - 1_000,
})
const works = aTask({ state: 'running', agentId: 'id-of-box', title: 'acme/app#3 test' })
const remembering =
  (more: Partial<Memory>) =>
  (memory: Memory): Memory => ({ ...memory, ...more })
const parkedAt =
  (at: number, more: Partial<Memory> = {}) =>
  (memory: Memory): Memory => ({
    ...memory,
    agents: new Map([['id-of-box', { ...memory.agents.get('id-of-box')!, parkedAt: at }]]),
    ...more,
  })
const startedBy = (ms: number) => ({ launchEndedAt: new Map([['box', testStartAt - ms]]) })

const states: readonly (readonly [string, Scenario, string])[] = [
  ['that is being started', { ...one(stopped, away), inFlight: [underWay('start')] }, 'launching'],
  ['that is stopped', one(stopped, away), 'parked'],
  ['that stops', one({ state: 'stopping' }), 'parked'],
  [
    'that was started a moment ago, though a late list shows it stopped',
    { ...one(stopped, away), remember: remembering(startedBy(2 * MINUTE_MS - 1)) },
    'booting',
  ],
  [
    'that was started longer ago than lists are late, and is stopped',
    { ...one(stopped, away), remember: remembering(startedBy(2 * MINUTE_MS)) },
    'parked',
  ],
  [
    'that was in contact after it was started, and is stopped since',
    {
      ...one(stopped, { lastContactAt: testStartAt - MINUTE_MS }),
      remember: remembering(startedBy(MINUTE_MS)),
    },
    'parked',
  ],
  [
    'that was stopped by us a moment ago, though a late list shows it running',
    { ...one(), remember: parkedAt(testStartAt - 7_000) },
    'parked',
  ],
  ['that was in contact since we stopped it', { ...one(), remember: parkedAt(testStartAt - 7_001) }, 'idle'],
  [
    'that somebody started since we stopped it',
    { ...one({ startedAt: testStartAt - 6_000 }), remember: parkedAt(testStartAt - 6_001) },
    'idle',
  ],
  [
    'that somebody started in the moment in which we stopped it',
    { ...one({ startedAt: testStartAt - 7_000 }), remember: parkedAt(testStartAt - 7_000) },
    'idle',
  ],
  [
    'that was in contact in the moment in which it was started',
    one({ startedAt: testStartAt - 5_000 }),
    'idle',
  ],
  ['that runs, and works', { ...one(), tasks: [works] }, 'busy'],
  ['that runs, and rests', one(), 'idle'],
  ['that is cordoned, and works', { ...one({}, { cordoned: true }), tasks: [works] }, 'draining'],
  ['that is cordoned, and rests', one({}, { cordoned: true }), 'drained'],
  [
    'that has not come in contact since it was started ten minutes ago',
    one({ startedAt: testStartAt - 10 * MINUTE_MS }, away),
    'booting',
  ],
  [
    'that has not come in contact for longer',
    one({ startedAt: testStartAt - 10 * MINUTE_MS - 1 }, away),
    'silent',
  ],
  [
    'that has never been in contact, for ten minutes since it was started',
    one({ startedAt: testStartAt - 10 * MINUTE_MS }, { lastContactAt: undefined }),
    'booting',
  ],
  [
    'that has never been in contact, for longer',
    one({ startedAt: testStartAt - 10 * MINUTE_MS - 1 }, { lastContactAt: undefined }),
    'lost',
  ],
  ['that fell silent', one({}, { lastContactAt: testStartAt - 10 * MINUTE_MS - 1 }), 'silent'],
  [
    'whose agent nobody named, started three minutes ago',
    { pools: [aPool({ max: 0 })], standing: [unnamed({ startedAt: testStartAt - 3 * MINUTE_MS })] },
    'orphan',
  ],
  [
    'whose agent nobody named, started less long ago',
    { pools: [aPool({ max: 0 })], standing: [unnamed({ startedAt: testStartAt - 3 * MINUTE_MS + 1 })] },
    'booting',
  ],
]

test.each(states)('a machine made by hand %s', (_, scenario, expected) => {
  expect(planFor(scenario).pools[0]?.members.map(({ state }) => state)).toEqual([expected])
})

test.each([
  ['with', 't3.small'],
  ['without', undefined],
])('a machine made by hand is shown %s what it is', (_, offering) => {
  const { pools } = planFor(one(offering === undefined ? {} : { offering }))
  expect(pools[0]?.members.map((member) => member.offering)).toEqual([offering])
})

const backOff = (backOff: Partial<StandingBackOff> = {}) =>
  remembering({
    standingBackOff: new Map([
      ['i-1', { untilAt: testStartAt + 1, failures: 1, why: 'no capacity', ...backOff }],
    ]),
  })
const hangs = (ms: number): Partial<StandingSeen> => ({ state: 'stopping', stoppingSince: testStartAt - ms })

/** What is done, and what is said. */
const rows: readonly (readonly [string, Scenario, readonly string[], readonly string[]])[] = [
  [
    'is left alone while it is quiet and has worked lately',
    one({}, { lastWorkAt: testStartAt - 4 * MINUTE_MS }),
    [],
    [],
  ],
  [
    'is cordoned when it was idle for its time, from its start',
    one({ startedAt: testStartAt - 10 * MINUTE_MS }, { lastWorkAt: undefined }),
    ['cordon box idle'],
    [],
  ],
  [
    'has its idle time from its start',
    one({ startedAt: testStartAt - 10 * MINUTE_MS + 1 }, { lastWorkAt: undefined }),
    [],
    [],
  ],
  [
    'that came up cordoned has its idle time before it is drained',
    one({ startedAt: testStartAt - 10 * MINUTE_MS + 1 }, { cordoned: true, lastWorkAt: undefined }),
    [],
    [],
  ],
  [
    'that came up cordoned is drained after it',
    one({ startedAt: testStartAt - 10 * MINUTE_MS }, { cordoned: true, lastWorkAt: undefined }),
    ['cordon box carried-on'],
    [],
  ],
  [
    'is held by the grace after our start',
    { ...one(), pools: [aPool({ max: 0, idleTimeoutMs: 1_000 })], watchedForMs: 4 * MINUTE_MS },
    [],
    ['after-restart: this process has just started; nothing that was there is ended for 1m'],
  ],
  ['is left to what is being done to it', { ...one(), inFlight: [underWay('cordon')] }, [], []],
  [
    'that is silent is stopped',
    one({}, { lastContactAt: testStartAt - 11 * MINUTE_MS }),
    ['park box silent'],
    [],
  ],
  [
    'that is silent, and may work, is kept',
    {
      ...one({}, { lastContactAt: testStartAt - 11 * MINUTE_MS }),
      tasks: [works],
      watchedForMs: 200 * MINUTE_MS,
    },
    [],
    ['kept-silent: silent, but it runs acme/app#3 test; kept for 1h59m more'],
  ],
  [
    'that is silent, and whose stop has just failed, is left alone for a while',
    { ...one({}, { lastContactAt: testStartAt - 11 * MINUTE_MS }), remember: backOff() },
    [],
    ['backing-off: i-1: no capacity'],
  ],
  [
    'that is silent, and whose stop failed a while ago, is stopped',
    {
      ...one({}, { lastContactAt: testStartAt - 11 * MINUTE_MS }),
      remember: backOff({ untilAt: testStartAt }),
    },
    ['park box silent'],
    [],
  ],
  [
    'that could not be started is not, for a while',
    { ...one(stopped, away), tasks: tasks(1), remember: backOff() },
    [],
    [
      'at-max: 1 more would be of use, but the pool is at its limit of 0 machines',
      'backing-off: i-1: no capacity',
    ],
  ],
  [
    'that could not be started is started again then',
    { ...one(stopped, away), tasks: tasks(1), remember: backOff({ untilAt: testStartAt }) },
    ['start box demand'],
    [],
  ],
  ['that stops for ten minutes less a moment is waited for', one(hangs(10 * MINUTE_MS - 1), away), [], []],
  ['that stops for ten minutes is forced', one(hangs(10 * MINUTE_MS), away), ['park box hangs'], []],
  [
    'that stops for ten minutes, and whose agent is there, is not forced',
    one(hangs(10 * MINUTE_MS)),
    [],
    ['stopping-hangs: it has been stopping for 10m, and its agent is there'],
  ],
  [
    'that stops for ten minutes, and may work, is not forced',
    { ...one(hangs(10 * MINUTE_MS), away), tasks: [works], watchedForMs: 200 * MINUTE_MS },
    [],
    [
      'stopping-hangs: it has been stopping for 10m, and is not forced: silent, but it runs acme/app#3 test; kept for 1h50m more',
    ],
  ],
  ['of which nobody knows since when it stops is waited for', one({ state: 'stopping' }, away), [], []],
  [
    'that was stopped by hand gets its pollers sent away',
    one(stopped, { lastContactAt: testStartAt - 20 * MINUTE_MS }),
    ['cordon box carried-on'],
    [],
  ],
  [
    'that was stopped by hand a moment ago is waited for, as its agent looks connected',
    one(stopped, { lastContactAt: testStartAt - 30_000 }),
    [],
    [],
  ],
  [
    'that was stopped before its agent ever registered has no pollers',
    one(stopped, { lastContactAt: undefined }),
    [],
    [],
  ],
  [
    'that is gone is said',
    { pools: [aPool()], standing: [aBox({ state: 'gone' })], agents: [boxAgent(away)] },
    [],
    ['standing-gone: there is no machine i-1 (any more): nothing starts it'],
  ],
  [
    'whose agent the server does not know is said, and left',
    { pools: [aPool()], standing: [aBox()] },
    [],
    ['agent-unknown: the server has no agent id-of-box: left as it is'],
  ],
  [
    'whose agent nobody named is said, until all was quiet for the idle time',
    {
      pools: [aPool({ max: 0 })],
      standing: [unnamed()],
      remember: remembering({ quietSince: testStartAt - 10 * MINUTE_MS + 1 }),
    },
    [],
    [
      'agent-unknown: nobody has said which agent is on it: it is stopped once no task was in the queue for 10m',
    ],
  ],
  [
    'whose agent nobody named is stopped then',
    {
      pools: [aPool({ max: 0 })],
      standing: [unnamed()],
      remember: remembering({ quietSince: testStartAt - 10 * MINUTE_MS }),
    },
    ['park i-1 all-quiet'],
    [],
  ],
  [
    'is left alone while the agents cannot be read',
    { pools: [aPool()], standing: [aBox()], agents: new Transient('503') },
    [],
    ['agents-unknown: the agents cannot be read: 503'],
  ],
  [
    'whose agent nobody named is not started for tasks that one launch serves together',
    {
      pools: [aPool({ workflowsPerAgent: 2 })],
      standing: [unnamed(stopped)],
      tasks: tasks(2),
    },
    ['launch demand'],
    [],
  ],
  [
    'whose agent nobody named is held by the grace',
    {
      pools: [aPool({ max: 0, idleTimeoutMs: 1_000 })],
      standing: [unnamed()],
      watchedForMs: 4 * MINUTE_MS,
    },
    [],
    ['after-restart: this process has just started; nothing that was there is ended for 1m'],
  ],
  [
    'whose agent nobody named, and that hangs, is forced while nobody works',
    { pools: [aPool({ max: 0 })], standing: [unnamed(hangs(10 * MINUTE_MS))] },
    ['park i-1 hangs'],
    [],
  ],
  [
    'whose agent nobody named, and that hangs, is not forced while somebody works',
    { pools: [aPool({ max: 0 })], standing: [unnamed(hangs(10 * MINUTE_MS))], tasks: [works] },
    [],
    ['stopping-hangs: it has been stopping for 10m, and is not forced: its agent may have work'],
  ],
  [
    'whose agent nobody named, and that hangs for longer than any pipeline, is forced',
    { pools: [aPool({ max: 0 })], standing: [unnamed(hangs(130 * MINUTE_MS))], tasks: [works] },
    ['park i-1 hangs'],
    [],
  ],
  [
    'whose agent nobody named, and that hangs for a moment less, is not',
    { pools: [aPool({ max: 0 })], standing: [unnamed(hangs(130 * MINUTE_MS - 1))], tasks: [works] },
    [],
    ['stopping-hangs: it has been stopping for 2h10m, and is not forced: its agent may have work'],
  ],
]

describe('a machine made by hand', () => {
  test.each(rows)('%s', (_, scenario, done, said) => {
    const plan = planFor(scenario)
    expect(steps(plan)).toEqual(done)
    expect(plan.holds.map(({ because, reason }) => `${because}: ${reason}`)).toEqual(said)
  })
})

test('for three tasks that nobody else takes as many are started as are not coming up already', () => {
  const box = (n: number, more: Partial<StandingSeen> = {}) => unnamed({ id: `i-${n}`, ...stopped, ...more })
  const plan = planFor({
    pools: [aPool({ max: 0 })],
    tasks: tasks(3),
    standing: [box(1), box(2, { state: 'running', startedAt: testStartAt - 1_000 }), box(3), box(4)],
  })
  expect(steps(plan)).toEqual(['start i-1 demand', 'start i-3 demand'])
})
