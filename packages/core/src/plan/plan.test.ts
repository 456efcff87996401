import { describe, expect, test } from 'vitest'
import type { MachineHistory } from '../model/memory.ts'
import { QueueNeedsAgent, Transient } from '../ports/errors.ts'
import {
  aBootingAgent,
  aMachine,
  anAgent,
  aPool,
  aTask,
  tasks,
  testStartAt,
  usualLabels,
} from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000

/** A machine that is in no list now. */
const listedAt = (lastListedAt: number): MachineHistory => ({
  firstSeenAt: testStartAt - 10 * MINUTE_MS,
  agentId: undefined,
  agentMissing: 0,
  machineMissing: 1,
  lastListedAt,
  missingSinceAt: lastListedAt,
  startingSeenAt: undefined,
})
const a = 'pool-1-agent-a'
const b = 'pool-1-agent-b'
const pair = (name: string, agent: Parameters<typeof anAgent>[0] = {}) => ({
  agents: [anAgent({ name, ...agent })],
  machines: [aMachine({ name })],
})
const busy = (name: string) => aTask({ id: `of-${name}`, state: 'running', agentId: `id-of-${name}` })
const justWorked = { lastWorkAt: testStartAt - 30_000 }

const growing: readonly (readonly [string, Scenario, readonly string[]])[] = [
  ['nothing waits: nothing is done', {}, []],
  [
    'three tasks wait, nobody is there: three are launched',
    { tasks: tasks(3) },
    Array(3).fill('launch demand'),
  ],
  [
    'three tasks wait, agents have two slots: two are launched',
    { tasks: tasks(3), pools: [aPool({ workflowsPerAgent: 2 })] },
    ['launch demand', 'launch demand'],
  ],
  ['one waits, and one is idle: nothing is done', { tasks: tasks(1), ...pair(a, justWorked) }, []],
  [
    'one waits, and one has been idle for long: that one takes it, and stays',
    {
      tasks: tasks(1),
      ...pair(a),
      watchedForMs: 60 * MINUTE_MS,
      remember: (memory) => ({ ...memory, pendingSince: new Map([['task-1', testStartAt]]) }),
    },
    [],
  ],
  [
    'one waits that the idle agent cannot take: it grows now, and shrinks another time',
    {
      tasks: [aTask({ labels: { size: 'large' } })],
      pools: [aPool({ offer: { ...usualLabels, size: 'large' } })],
      watchedForMs: 60 * MINUTE_MS,
      ...pair(a),
    },
    ['launch demand'],
  ],
  [
    'agents that were connected when the server went away are expected back',
    {
      tasks: tasks(1),
      ...pair(a, { lastContactAt: testStartAt - 50_000, lastWorkAt: testStartAt - 55_000 }),
      remember: (memory) => ({
        ...memory,
        disturbance: { kind: 'away', at: testStartAt - 5_000, awaySince: testStartAt - 45_000 },
      }),
    },
    [],
  ],
  [
    'two wait, and one is idle: one is launched',
    { tasks: tasks(2), ...pair(a, justWorked) },
    ['launch demand'],
  ],
  [
    'one waits, and one boots: nothing is done',
    {
      tasks: tasks(1),
      agents: [aBootingAgent({ name: a })],
      machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS })],
    },
    [],
  ],
  [
    'one waits, and one has booted for longer than boots take: one more is launched',
    {
      tasks: tasks(1),
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - 4 * MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 4 * MINUTE_MS })],
    },
    ['launch demand'],
  ],
  [
    'one waits, and a launch is under way: nothing is done',
    { tasks: tasks(1), inFlight: [{ kind: 'launch', pool: '1', name: a, startedAt: testStartAt - 1_000 }] },
    [],
  ],
  [
    'a task that nobody can take launches nothing',
    { tasks: [aTask({ labels: { platform: 'linux/arm64' } })] },
    [],
  ],
  [
    'a foreign agent that is free takes the task: nothing is launched',
    { tasks: tasks(1), agents: [anAgent({ name: 'foreign' })] },
    [],
  ],
  [
    'a foreign agent that is free and matches nothing is no supply',
    { tasks: tasks(1), agents: [anAgent({ name: 'foreign', labels: { repo: 'other/repo' } })] },
    ['launch demand'],
  ],
  [
    'a foreign agent that was not heard of for a minute is no supply',
    { tasks: tasks(1), agents: [anAgent({ name: 'foreign', lastContactAt: testStartAt - MINUTE_MS })] },
    ['launch demand'],
  ],
  [
    'a foreign agent that was cordoned is no supply',
    { tasks: tasks(1), agents: [anAgent({ name: 'foreign', cordoned: true })] },
    ['launch demand'],
  ],
  ['a busy slot is no supply', { tasks: [busy(a), aTask()], ...pair(a) }, ['launch demand']],
  [
    'tasks over the limit of their group are no demand',
    {
      tasks: tasks(3, { concurrency: { group: 'deploy', limit: 1 } }),
    },
    ['launch demand'],
  ],
  [
    'a group whose place is taken by a running task has no demand',
    {
      tasks: [
        aTask({
          id: 'r',
          state: 'running',
          agentId: 'elsewhere',
          concurrency: { group: 'deploy', limit: 1 },
        }),
        aTask({ concurrency: { group: 'deploy', limit: 1 } }),
      ],
    },
    [],
  ],
  ['tasks that wait for others are no demand', { tasks: tasks(2, { state: 'waiting' }) }, []],
  ['a paused queue has no demand', { tasks: tasks(2), paused: true }, []],
  [
    'a paused queue still fills the minimum',
    { tasks: tasks(2), paused: true, pools: [aPool({ min: 1 })] },
    ['launch min'],
  ],
  ['the minimum is filled', { pools: [aPool({ min: 2 })] }, ['launch min', 'launch min']],
  ['an idle agent counts for the minimum', { pools: [aPool({ min: 1 })], ...pair(a) }, []],
  [
    'a cordoned agent is called back for the minimum',
    { pools: [aPool({ min: 1 })], ...pair(a, { cordoned: true }) },
    [`uncordon ${a} min`],
  ],
  [
    'a cordoned agent is called back before a new one is launched',
    { tasks: tasks(2), ...pair(a, { cordoned: true }) },
    [`uncordon ${a} demand`, 'launch demand'],
  ],
  [
    'as many cordoned agents are called back as are needed, those that work first',
    {
      tasks: [busy(b), aTask()],
      agents: [anAgent({ name: a, cordoned: true }), anAgent({ name: b, cordoned: true, capacity: 2 })],
      machines: [aMachine({ name: a }), aMachine({ name: b })],
      remember: (memory) => memory,
    },
    [`uncordon ${b} demand`, `cordon ${a} carried-on`],
  ],
  [
    'a cordoned agent that is full already is no help',
    { tasks: [busy(a), aTask()], ...pair(a, { cordoned: true }) },
    ['launch demand'],
  ],
  ['the maximum is kept', { tasks: tasks(20), pools: [aPool({ max: 3 })] }, Array(3).fill('launch demand')],
  [
    'machines without a record count towards the maximum',
    {
      tasks: tasks(5),
      pools: [aPool({ max: 2 })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 1_000 })],
    },
    ['launch demand'],
  ],
  [
    'records without a machine count towards the maximum',
    { tasks: tasks(5), pools: [aPool({ max: 2 })], agents: [aBootingAgent({ name: a })] },
    ['launch demand'],
  ],
  [
    'what was launched a moment ago counts towards the maximum, though no list shows it yet',
    {
      tasks: tasks(3),
      pools: [aPool({ max: 2 })],
      remember: (memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - 30_000]]) }),
    },
    ['launch demand'],
  ],
  [
    'what was launched longer ago than lists are late does not',
    {
      tasks: tasks(3),
      pools: [aPool({ max: 2 })],
      remember: (memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - 3 * MINUTE_MS]]) }),
    },
    ['launch demand', 'launch demand'],
  ],
  [
    'a machine that a list showed a moment ago counts towards the maximum, though its record is gone too',
    {
      tasks: tasks(3),
      pools: [aPool({ max: 2 })],
      remember: (memory) => ({ ...memory, machines: new Map([[a, listedAt(testStartAt - 30_000)]]) }),
    },
    ['launch demand'],
  ],
  [
    'one that this process has ended itself does not',
    {
      tasks: tasks(3),
      pools: [aPool({ max: 2 })],
      remember: (memory) => ({
        ...memory,
        machines: new Map([[a, listedAt(testStartAt - 30_000)]]),
        removedNames: new Set([a]),
      }),
    },
    ['launch demand', 'launch demand'],
  ],
  [
    'launches under way count towards the maximum',
    {
      tasks: tasks(5),
      pools: [aPool({ max: 2 })],
      inFlight: [{ kind: 'launch', pool: '1', name: a, startedAt: testStartAt }],
    },
    ['launch demand'],
  ],
  [
    'machines that cannot be listed: nothing is launched',
    { tasks: tasks(2), machines: new Transient('503') },
    [],
  ],
  ['agents that cannot be read: nothing is launched', { tasks: tasks(2), agents: new Transient('503') }, []],
  [
    'a queue that cannot be read: the minimum is filled all the same',
    { tasks: new Transient('500'), pools: [aPool({ min: 1 })] },
    ['launch min'],
  ],
  [
    'a queue that needs an agent gets one',
    { tasks: new QueueNeedsAgent('pipeline not found') },
    ['launch queue-needs-agent'],
  ],
  [
    'a queue that needs an agent, while one is connected: that one heals it',
    { tasks: new QueueNeedsAgent('pipeline not found'), agents: [anAgent({ name: 'foreign' })] },
    [],
  ],
  [
    'a pool that backs off launches nothing',
    {
      tasks: tasks(1),
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
    },
    [],
  ],
  [
    'a pool that backs off leaves its tasks to another that can take them',
    {
      tasks: tasks(1),
      pools: [aPool(), aPool({ id: '2' })],
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
    },
    ['launch demand'],
  ],
  [
    'a task that only the second pool can take goes there',
    {
      tasks: [aTask({ labels: { size: 'large' } })],
      pools: [aPool(), aPool({ id: '2', offer: { ...usualLabels, size: 'large' } })],
    },
    ['launch demand'],
  ],
  [
    'lost tasks launch one agent for all of them',
    { tasks: tasks(3, { agentId: 'gone' }) },
    ['launch requeued'],
  ],
  [
    'lost tasks launch nothing while a matching agent asks, busy as it is',
    { tasks: [busy(a), ...tasks(2, { agentId: 'gone' })], ...pair(a) },
    [],
  ],
  [
    'slots that nobody asks for are no supply: the server has forgotten who works',
    { tasks: tasks(2), pollingSlots: 0, ...pair(a, justWorked), watchedForMs: 12_000 },
    ['launch demand', 'launch demand'],
  ],
  [
    'a task that a free agent left alone for 15 s gets another',
    {
      tasks: tasks(1),
      agents: [anAgent({ name: 'deaf' })],
      watchedForMs: 16_000,
    },
    ['launch demand'],
  ],
]

describe('growing', () => {
  test.each(growing)('%s', (_, scenario, expected) => {
    expect(steps(planFor({ watchedForMs: 14_000, ...scenario }))).toEqual(expected)
  })
})

const shrinking: readonly (readonly [string, Scenario, readonly string[]])[] = [
  ['an agent that was idle for too long is cordoned', pair(a), [`cordon ${a} idle`]],
  ['an agent that worked lately is kept', pair(a, justWorked), []],
  ['a busy agent is kept', { tasks: [busy(a)], ...pair(a) }, []],
  [
    'an agent that still boots is kept',
    {
      agents: [aBootingAgent({ name: a })],
      machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS })],
    },
    [],
  ],
  ['the minimum stays', { pools: [aPool({ min: 1 })], ...pair(a) }, []],
  [
    'of two idle agents above the minimum the idlest goes',
    {
      pools: [aPool({ min: 1 })],
      agents: [
        anAgent({ name: a, lastWorkAt: testStartAt - 20 * MINUTE_MS }),
        anAgent({ name: b, lastWorkAt: testStartAt - 40 * MINUTE_MS }),
      ],
      machines: [aMachine({ name: a }), aMachine({ name: b })],
    },
    [`cordon ${b} idle`],
  ],
  [
    'a maximum that was lowered drains the idle first',
    {
      pools: [aPool({ max: 1 })],
      tasks: [busy(a)],
      agents: [anAgent({ name: a }), anAgent({ name: b, ...justWorked })],
      machines: [aMachine({ name: a }), aMachine({ name: b })],
    },
    [`cordon ${b} over-max`],
  ],
  [
    'an agent that was seen busy a moment ago is not idle, whatever its stamp says',
    {
      ...pair(a),
      remember: (memory) => {
        const history = memory.agents.get(`id-of-${a}`)!
        const lastSeenBusyAt = testStartAt - 20_000
        return { ...memory, agents: new Map([[`id-of-${a}`, { ...history, lastSeenBusyAt }]]) }
      },
    },
    [],
  ],
  [
    'paid by the hour, with half of it left: kept',
    {
      pools: [aPool({ billing: 'hour' })],
      agents: [anAgent({ name: a })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 90 * MINUTE_MS })],
    },
    [],
  ],
  [
    'paid by the hour, with a minute of it left: cordoned',
    {
      pools: [aPool({ billing: 'hour' })],
      agents: [anAgent({ name: a })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 119 * MINUTE_MS })],
    },
    [`cordon ${a} paid-hour-ends`],
  ],
  ['a queue that cannot be read: nobody is cordoned', { tasks: new Transient('500'), ...pair(a) }, []],
  [
    'machines that cannot be listed: nobody is cordoned',
    { agents: [anAgent({ name: a })], machines: new Transient('503') },
    [],
  ],
  [
    'just after our start nobody is cordoned, idle as they may be',
    { watchedForMs: MINUTE_MS, pools: [aPool({ idleTimeoutMs: 5_000 })], ...pair(a) },
    [],
  ],
  [
    'an agent that was called back a moment ago is given time',
    {
      ...pair(a),
      remember: (memory) => {
        const history = memory.agents.get(`id-of-${a}`)!
        return {
          ...memory,
          agents: new Map([[`id-of-${a}`, { ...history, uncordonedAt: testStartAt - 20_000 }]]),
        }
      },
    },
    [],
  ],
  [
    'a cordoned agent that nobody remembers is cordoned anew, and read back',
    pair(a, { cordoned: true }),
    [`cordon ${a} carried-on`],
  ],
  ['a cordoned agent that works is left alone', { tasks: [busy(a)], ...pair(a, { cordoned: true }) }, []],
]

describe('shrinking', () => {
  test.each(shrinking)('%s', (_, scenario, expected) => {
    expect(steps(planFor(scenario))).toEqual(expected)
  })
})

const sweeping: readonly (readonly [string, Scenario, readonly string[]])[] = [
  [
    'an agent that has not registered after the inactivity timeout is lost',
    {
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - 11 * MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 11 * MINUTE_MS })],
    },
    [`terminate ${a} lost`],
  ],
  [
    'a machine that only the clock of its cloud makes old still boots',
    {
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 11 * MINUTE_MS })],
    },
    [],
  ],
  [
    'a machine that stopped before its agent registered is lost at once',
    {
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - MINUTE_MS })],
      machines: [aMachine({ name: a, state: 'stopped', createdAt: testStartAt - MINUTE_MS })],
    },
    [`terminate ${a} lost`],
  ],
  [
    'an agent that fell silent and has no work is ended after the inactivity timeout',
    pair(a, { lastContactAt: testStartAt - 11 * MINUTE_MS }),
    [`terminate ${a} silent`],
  ],
  [
    'an agent that fell silent a while ago is kept',
    pair(a, { lastContactAt: testStartAt - 9 * MINUTE_MS }),
    [],
  ],
  [
    'a silent agent with a task is kept',
    { tasks: [busy(a)], ...pair(a, { lastContactAt: testStartAt - 40 * MINUTE_MS }) },
    [],
  ],
  [
    'a silent agent whose task the queue has given up, but the database has not, is kept',
    {
      work: { workingAgentIds: new Set([`id-of-${a}`]), runningTaskIds: new Set() },
      ...pair(a, { lastContactAt: testStartAt - 40 * MINUTE_MS }),
    },
    [],
  ],
  [
    'a silent agent is kept while the database cannot be asked',
    { work: new Transient('500'), ...pair(a, { lastContactAt: testStartAt - 40 * MINUTE_MS }) },
    [],
  ],
  [
    'a machine whose record is missing is an orphan',
    { machines: [aMachine({ name: a })] },
    [`terminate ${a} orphan`],
  ],
  [
    'a machine that is younger than lists may lag is no orphan yet',
    { machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS })] },
    [],
  ],
  [
    'a machine whose record was missing only once is no orphan yet',
    {
      machines: [aMachine({ name: a, createdAt: testStartAt - 30 * MINUTE_MS })],
      remember: (memory) => {
        const history = memory.machines.get(a)!
        return { ...memory, machines: new Map([[a, { ...history, agentMissing: 1 }]]) }
      },
    },
    [],
  ],
  [
    'an orphan is not ended on a list of the tick before',
    { machines: [aMachine({ name: a })], machinesReused: true },
    [],
  ],
  ['a machine of another pool is not ours', { machines: [aMachine({ name: 'pool-2-agent-a' })] }, []],
  [
    'a record whose machine never appeared is forgotten',
    { agents: [aBootingAgent({ name: a, createdAt: testStartAt - 3 * MINUTE_MS })] },
    [`forget ${a} zombie`],
  ],
  ['a record whose machine may still appear is kept', { agents: [aBootingAgent({ name: a })] }, []],
  [
    'a second record of the same name that never registered is forgotten',
    {
      ...pair(a, justWorked),
      agents: [
        anAgent({ name: a, ...justWorked }),
        aBootingAgent({ name: a, id: 'twin', createdAt: testStartAt - 5 * MINUTE_MS }),
      ],
    },
    [`forget ${a} twin`],
  ],
  [
    'what is being ended already is left alone',
    {
      machines: [aMachine({ name: a })],
      inFlight: [{ kind: 'terminate', pool: '1', name: a, startedAt: testStartAt }],
    },
    [],
  ],
  [
    'agents that cannot be read: no machine is an orphan',
    { agents: new Transient('503'), machines: [aMachine({ name: a })] },
    [],
  ],
]

describe('sweeping', () => {
  test.each(sweeping)('%s', (_, scenario, expected) => {
    expect(steps(planFor(scenario))).toEqual(expected)
  })
})

test('tasks that nobody can ever take are named, with the label in the way', () => {
  const plan = planFor({
    tasks: [
      ...tasks(3),
      aTask({ id: 'odd', title: 'acme/app#9 build', labels: { platform: 'linux/arm64' } }),
    ],
    agents: [anAgent({ name: 'foreign', capacity: 4, labels: { repo: 'other/repo' } })],
  })
  expect(steps(plan)).toEqual(Array(3).fill('launch demand'))
  expect(plan.unmatched).toEqual([
    {
      id: 'odd',
      title: 'acme/app#9 build',
      obstacles: [{ pool: '1', label: 'platform=linux/arm64', offered: 'linux/amd64' }],
    },
  ])
})

test('every action has a reason, and every hold a cause', () => {
  const plan = planFor({ tasks: tasks(5), pools: [aPool({ max: 2 })], machines: [aMachine({ name: a })] })
  expect(plan.actions.length).toBeGreaterThan(0)
  for (const { reason } of plan.actions) expect(reason).toMatch(/\S/)
  expect(plan.holds).toContainEqual({
    kind: 'hold',
    pool: '1',
    because: 'at-max',
    reason: '4 more would be of use, but the pool is at its limit of 2 machines',
    wanted: 4,
  })
})
