import { describe, expect, test } from 'vitest'
import type { AgentHistory, Memory } from '../model/memory.ts'
import type { Operation } from '../model/snapshot.ts'
import { QueueNeedsAgent, Transient } from '../ports/errors.ts'
import { aBootingAgent, aMachine, anAgent, aPool, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { planFor, type Scenario } from './scenario.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'
const id = `id-of-${a}`

/** Every hold, as `cause, of whom: reason`. */
function said(scenario: Scenario): readonly string[] {
  return planFor(scenario).holds.map(
    ({ because, pool, subject, reason }) => `${because}, ${subject ?? pool ?? 'all'}: ${reason}`,
  )
}

const one = (agent: Parameters<typeof anAgent>[0] = {}, machine: Parameters<typeof aMachine>[0] = {}) => ({
  agents: [anAgent({ name: a, ...agent })],
  machines: [aMachine({ name: a, ...machine })],
})
const knowing =
  (history: Partial<AgentHistory>) =>
  (memory: Memory): Memory => ({
    ...memory,
    agents: new Map([[id, { ...memory.agents.get(id)!, ...history }]]),
  })
const ofIt = aTask({ state: 'running', agentId: id, title: 'acme/app#12 build' })
const draining = knowing({
  drain: {
    because: 'idle',
    cordonedAt: testStartAt - 20_000,
    cordonedAtServer: testStartAt - 20_000,
    cordonedAgainAt: testStartAt - 8_000,
    seenIdleAt: testStartAt - 5_000,
  },
})
const silent = { lastContactAt: testStartAt - 40 * MINUTE_MS }
const launching = (name: string): Operation => ({ kind: 'launch', pool: '1', name, startedAt: testStartAt })

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  ['nothing is said where nothing is the matter', { ...one({ lastWorkAt: testStartAt - MINUTE_MS }) }, []],
  [
    'what cannot be read',
    { agents: new Transient('503'), tasks: new Transient('500'), machines: new Transient('timeout') },
    [
      'agents-unknown, all: the agents cannot be read: 503',
      'queue-unknown, all: the queue cannot be read: 500',
      'machines-unknown, 1: the machines cannot be listed: timeout',
    ],
  ],
  [
    'a database that cannot be asked',
    { work: new Transient('502') },
    ['evidence-unknown, all: the database cannot be asked: 502'],
  ],
  [
    'a queue that needs an agent, which is launched',
    { tasks: new QueueNeedsAgent('pipeline not found') },
    ['queue-needs-agent, all: the queue cannot be read: pipeline not found'],
  ],
  [
    'a paused queue in which something waits',
    { tasks: tasks(1), paused: true },
    ['paused, all: the queue is paused: nothing grows beyond the minimum'],
  ],
  ['a paused queue in which nothing waits', { tasks: [aTask({ state: 'running' })], paused: true }, []],
  [
    'a cordon that was undone three times',
    { ...one({ lastWorkAt: testStartAt - MINUTE_MS }), remember: knowing({ cordonsReverted: 3 }) },
    [`cordon-reverted, ${a}: its cordon was undone 3 times; something writes its record`],
  ],
  [
    'a cordon that was undone twice is nothing to speak of',
    { ...one({ lastWorkAt: testStartAt - MINUTE_MS }), remember: knowing({ cordonsReverted: 2 }) },
    [],
  ],
  [
    'more tasks than the maximum allows',
    { tasks: tasks(7), pools: [aPool({ max: 1, workflowsPerAgent: 2 })] },
    ['at-max, 1: 3 more would be of use, but the pool is at its limit of 1 machine'],
  ],
  [
    'a minimum above what is free of the maximum',
    { pools: [aPool({ min: 3, max: 2 })] },
    ['at-max, 1: 1 more would be of use, but the pool is at its limit of 2 machines'],
  ],
  [
    'the maximum is said once, for the larger of what tasks and the minimum want',
    { tasks: tasks(3), pools: [aPool({ min: 2, max: 1 })] },
    ['at-max, 1: 2 more would be of use, but the pool is at its limit of 1 machine'],
  ],
  [
    'one task whose group is full',
    { tasks: tasks(2, { concurrency: { group: 'deploy', limit: 1 } }) },
    ['concurrency-group, all: 1 waiting task held back by the limit of a concurrency group'],
  ],
  [
    'two tasks whose group is full',
    { tasks: tasks(3, { concurrency: { group: 'deploy', limit: 1 } }) },
    ['concurrency-group, all: 2 waiting tasks held back by the limit of a concurrency group'],
  ],
  [
    'a task that was lost by its agent',
    { tasks: tasks(1, { agentId: 'gone' }) },
    ['requeued, all: 1 waiting task lost by the agent that had it: the next agent that asks settles it'],
  ],
  [
    'a task that matches nobody',
    { tasks: tasks(1, { labels: { platform: 'plan9' } }) },
    ['no-pool-matches, all: 1 waiting task matches no pool and no agent'],
  ],
  [
    'two tasks that match nobody',
    { tasks: tasks(2, { labels: { platform: 'plan9' } }) },
    ['no-pool-matches, all: 2 waiting tasks match no pool and no agent'],
  ],
  [
    'a lost task that matches nobody is one of those',
    { tasks: tasks(1, { labels: { platform: 'plan9' }, agentId: 'gone' }) },
    [
      'requeued, all: 1 waiting task lost by the agent that had it: the next agent that asks settles it',
      'no-pool-matches, all: 1 waiting task matches no pool and no agent',
    ],
  ],
  [
    'a silent agent with a task',
    { ...one(silent), tasks: [ofIt], watchedForMs: 100 * MINUTE_MS },
    [`kept-silent, ${a}: silent, but it runs acme/app#12 build; kept for 1h30m more`],
  ],
  [
    'a silent agent that lost its task',
    { ...one(silent), tasks: [{ ...ofIt, state: 'pending' }], watchedForMs: 100 * MINUTE_MS },
    [
      'requeued, all: 1 waiting task lost by the agent that had it: the next agent that asks settles it',
      `kept-silent, ${a}: silent, but it was given, and may still work on, acme/app#12 build; kept for 1h30m more`,
    ],
  ],
  [
    'a silent agent of which the database knows work',
    { ...one(silent), work: { workingAgentIds: new Set([id]), runningTaskIds: new Set() } },
    [
      `kept-silent, ${a}: silent, but the database has a workflow of it that has not ended; kept for 1h30m more`,
    ],
  ],
  [
    'a silent agent whose work nobody can tell',
    { ...one(silent), work: new Transient('500') },
    [
      'evidence-unknown, all: the database cannot be asked: 500',
      `kept-silent, ${a}: silent, but the database cannot be asked which work it has; kept for 1h30m more`,
    ],
  ],
  [
    'a cordoned agent that works',
    { ...one({ cordoned: true }), tasks: [ofIt] },
    [`may-work, ${a}: it runs acme/app#12 build`],
  ],
  [
    'a drained agent of which the database knows work',
    {
      ...one({ cordoned: true, lastWorkAt: testStartAt - 100_000, createdAt: testStartAt - 20 * MINUTE_MS }),
      work: { workingAgentIds: new Set([id]), runningTaskIds: new Set() },
      remember: draining,
    },
    [`may-work, ${a}: the database has a workflow of it that has not ended`],
  ],
  [
    'a cordoned agent that is not in contact',
    one({ cordoned: true, lastContactAt: testStartAt - MINUTE_MS }),
    [`drain-under-way, ${a}: cordoned, but not in contact`],
  ],
  [
    'an idle agent just after our start',
    { ...one(), watchedForMs: MINUTE_MS, pools: [aPool({ idleTimeoutMs: 0 })] },
    [`after-restart, ${a}: this process has just started; nothing that was there is ended for 4m`],
  ],
  [
    'an idle agent after the grace that has worked a moment ago',
    { ...one({ lastWorkAt: testStartAt - MINUTE_MS }), pools: [aPool({ idleTimeoutMs: 0 })] },
    [
      `after-restart, ${a}: this process has just started; its contact must be unbroken, and no work stamped, for 3 minutes`,
    ],
  ],
  [
    'a machine without a record, so far',
    { machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS })] },
    [`may-appear, ${a}: no record of its agent, so far`],
  ],
  [
    'a machine whose record is missing, while its task is in the queue',
    {
      machines: [aMachine({ name: a })],
      tasks: [ofIt],
      remember: (memory) => ({
        ...memory,
        machines: new Map([[a, { ...memory.machines.get(a)!, agentId: id }]]),
      }),
    },
    [`may-work, ${a}: no record of its agent, but acme/app#12 build is its task`],
  ],
  [
    'a machine whose record is missing, while the database knows of its work',
    {
      machines: [aMachine({ name: a })],
      work: { workingAgentIds: new Set([id]), runningTaskIds: new Set() },
      remember: (memory) => ({
        ...memory,
        machines: new Map([[a, { ...memory.machines.get(a)!, agentId: id }]]),
      }),
    },
    [`may-work, ${a}: no record of its agent, but the database has work of it`],
  ],
  [
    'a removal on a list of the tick before',
    { machines: [aMachine({ name: a })], machinesReused: true },
    ['machines-stale, 1: the list of machines is not fresh in this tick'],
  ],
  [
    'a removal that has failed a moment ago',
    {
      machines: [aMachine({ name: a })],
      remember: (memory) => ({
        ...memory,
        removalBackOff: new Map([
          [
            a,
            { sinceAt: testStartAt, untilAt: testStartAt + 1, failures: 1, why: 'locked', kind: 'transient' },
          ],
        ]),
      }),
    },
    [`backing-off, ${a}: the last step of its removal failed: locked`],
  ],
  [
    'a machine that never connected is kept for somebody to look at',
    {
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - 20 * MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 20 * MINUTE_MS })],
      pools: [aPool({ keepFailed: 1 })],
    },
    [`kept-failed, ${a}: it never connected; kept for somebody to look at`],
  ],
  ['launches under way are in nobody’s way', { tasks: tasks(1), inFlight: [launching(a)] }, []],
]

describe('what is said about', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(said(scenario)).toEqual(expected)
  })
})

test.each([
  ['away', 'the server was away'],
  ['stream-broke', 'the server may have restarted: its events broke off'],
  ['work-forgotten', 'the server has restarted: it has forgotten running work'],
] as const)('after the server was disturbed (%s) it is said why nothing is ended', (kind, words) => {
  const scenario: Scenario = {
    ...one(),
    remember: (memory) => ({ ...memory, disturbance: { kind, at: testStartAt - 2 * MINUTE_MS } }),
  }
  expect(said(scenario)).toEqual([`after-restart, ${a}: ${words}; nothing that was there is ended for 3m`])
})

test('a machine whose record is missing is ended while others work, and their tasks are no reason to keep it', () => {
  const { actions } = planFor({
    machines: [aMachine({ name: a })],
    tasks: [aTask({ state: 'running', agentId: 'another' })],
    remember: (memory) => ({
      ...memory,
      machines: new Map([[a, { ...memory.machines.get(a)!, agentId: id }]]),
    }),
  })
  expect(actions).toMatchObject([{ kind: 'terminate', because: 'orphan', lastAgentId: id }])
})

test('a removal whose back-off is over is tried again', () => {
  const { actions, holds } = planFor({
    machines: [aMachine({ name: a })],
    remember: (memory) => ({
      ...memory,
      removalBackOff: new Map([
        [a, { sinceAt: testStartAt, untilAt: testStartAt, failures: 1, why: 'locked', kind: 'transient' }],
      ]),
    }),
  })
  expect(actions).toMatchObject([{ kind: 'terminate', name: a }])
  expect(holds).toEqual([])
})

describe('after a list has shrunk implausibly', () => {
  const names = Array.from({ length: 25 }, (_, at) => `pool-1-agent-${String.fromCharCode(97 + at)}`)
  const orphans = (count: number, untilAt: number): Scenario => ({
    machines: names.slice(0, count).map((name) => aMachine({ name })),
    remember: (memory) => ({
      ...memory,
      listShrank: { untilAt, what: 'the list of agents lost 9 of 9 names at once' },
    }),
  })

  test.each([
    [1, '1 removal held back'],
    [3, '3 removals held back'],
  ])('nothing is removed for a while: of %i', (count, words) => {
    const scenario = orphans(count, testStartAt + 1)
    expect(planFor(scenario).actions).toEqual([])
    expect(said(scenario)).toEqual([
      `list-shrank, all: the list of agents lost 9 of 9 names at once; ${words}`,
    ])
  })

  test.each([
    [1, 1, '0 removals held back'],
    [3, 1, '2 removals held back'],
    [19, 1, '18 removals held back'],
    [25, 2, '23 removals held back'],
  ])('then a tenth a tick: of %i machines %i', (count, removed, words) => {
    const scenario = orphans(count, testStartAt)
    expect(planFor(scenario).actions).toHaveLength(removed)
    expect(said(scenario)).toEqual([
      `list-shrank, all: the list of agents lost 9 of 9 names at once; ${words}`,
    ])
  })

  test('records are held back as machines are, and cordons are not', () => {
    const plan = planFor({
      agents: [
        aBootingAgent({ name: names[0]!, createdAt: testStartAt - 5 * MINUTE_MS }),
        anAgent({ name: names[1]! }),
      ],
      machines: [aMachine({ name: names[1]! })],
      remember: (memory) => ({ ...memory, listShrank: { untilAt: testStartAt + 1, what: 'it shrank' } }),
    })
    expect(plan.actions).toMatchObject([{ kind: 'cordon', agent: { name: names[1] } }])
  })
})

describe('somebody else who makes agents of our pools', () => {
  const strangers = (count: number): Scenario => ({
    pools: [aPool(), aPool({ id: '2' })],
    remember: (memory) => ({
      ...memory,
      strangers: new Map(
        Array.from({ length: count }, (_, at) => [`stranger-${at}`, { pool: '2', firstSeenAt: testStartAt }]),
      ),
    }),
  })

  test.each([
    [1, '1 agent appeared that this one did not make (stranger-0)'],
    [3, '3 agents appeared that this one did not make (stranger-0, stranger-1, stranger-2)'],
    [4, '4 agents appeared that this one did not make (stranger-0, stranger-1, stranger-2 …)'],
  ])('is said with the names of the first three: %i', (count, words) => {
    const [hold, ...more] = said(strangers(count))
    expect(more).toEqual([])
    expect(hold).toContain(
      `running-twice, 2: another process seems to run the pool 2: in the last hour ${words}`,
    )
  })
})

test('somebody else who lifts cordons of renewals is named by them', () => {
  const lifted = ['pool-2-agent-a', 'pool-2-agent-b', 'pool-2-agent-a']
  const [hold, ...more] = said({
    pools: [aPool(), aPool({ id: '2' })],
    remember: (memory) => ({
      ...memory,
      interference: lifted.map((name) => ({ pool: '2', name, at: testStartAt, what: 'lifted' as const })),
    }),
  })
  expect(more).toEqual([])
  expect(hold).toContain(
    'running-twice, 2: another process seems to run the pool 2: somebody else uncordoned agents that this one had ' +
      'cordoned to renew their machines (pool-2-agent-a, pool-2-agent-b). ',
  )
})

test('a thousand tasks that match nobody are counted, and a hundred of them named', () => {
  const plan = planFor({ tasks: tasks(1_000, { labels: { platform: 'plan9' } }) })
  expect(plan.unmatched).toHaveLength(100)
  expect(plan.holds).toMatchObject([{ because: 'no-pool-matches', wanted: 1_000 }])
})
