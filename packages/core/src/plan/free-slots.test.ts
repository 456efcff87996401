import { describe, expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import type { AgentHistory, Memory } from '../model/memory.ts'
import type { Operation } from '../model/snapshot.ts'
import { type Launched, leftAloneKey, noTrials } from '../model/trials.ts'
import { QueueNeedsAgent } from '../ports/errors.ts'
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
const a = 'pool-1-agent-a'
const b = 'pool-1-agent-b'
const justWorked = { lastWorkAt: testStartAt - 30_000 }

/** Agents of ours that have just worked, with their machines. */
const ours = (...agents: readonly (Partial<Agent> & { readonly name: string })[]) => ({
  agents: agents.map((agent) => anAgent({ ...justWorked, ...agent })),
  machines: agents.map(({ name }) => aMachine({ name })),
})
const works = (name: string, count = 1) =>
  Array.from({ length: count }, (_, at) =>
    aTask({ id: `of-${name}-${at}`, state: 'running', agentId: `id-of-${name}` }),
  )
const knowing =
  (name: string, history: Partial<AgentHistory>) =>
  (memory: Memory): Memory => ({
    ...memory,
    agents: new Map(memory.agents).set(`id-of-${name}`, {
      ...memory.agents.get(`id-of-${name}`)!,
      ...history,
    }),
  })
const underWay = (kind: Operation['kind'], name: string): Operation => ({
  kind,
  pool: '1',
  name,
  agentId: `id-of-${name}`,
  startedAt: testStartAt - 1_000,
})
const launched: Launched = {
  pool: '1',
  configuration: '',
  machineType: undefined,
  at: testStartAt - 10 * MINUTE_MS,
  taskId: 'task-1',
  taskClass: '[]',
  hasRegistered: true,
}
const cameFor =
  (name: string) =>
  (memory: Memory): Memory => ({
    ...memory,
    trials: { ...noTrials, launched: new Map([[name, launched]]) },
  })
const leftAloneSince =
  (ms: number) =>
  (memory: Memory): Memory => {
    const by = [a, b].map((name) => ({ name, launchedAt: 0, at: testStartAt - ms }))
    const entry = { pool: '1', taskClass: '[]', by }
    return { ...memory, trials: { ...noTrials, leftAlone: new Map([[leftAloneKey('1', '[]'), entry]]) } }
  }
/** So that free agents are not taken for deaf. */
const fresh = { watchedForMs: 9_000 }
const launches = (count: number): readonly string[] => Array(count).fill('launch demand')

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  [
    'an agent of three slots with a task takes two more',
    { tasks: [...works(a), ...tasks(3)], ...ours({ name: a, capacity: 3 }), ...fresh },
    launches(1),
  ],
  [
    'an agent that has more tasks than slots has none, and takes none from the others',
    { tasks: [...works(a, 3), ...tasks(2)], ...ours({ name: a }, { name: b }), ...fresh },
    launches(1),
  ],
  [
    'a foreign agent with a task in each slot is no supply',
    {
      tasks: [aTask({ id: 'r', state: 'running', agentId: 'id-of-foreign' }), ...tasks(1)],
      agents: [anAgent({ name: 'foreign' })],
      ...fresh,
    },
    launches(1),
  ],
  [
    'an agent that is being ended is no supply',
    { tasks: tasks(1), ...ours({ name: a }), inFlight: [underWay('terminate', a)], ...fresh },
    launches(1),
  ],
  [
    'an agent whose machine is taken back is no supply, and gets no more tasks',
    {
      tasks: tasks(1),
      agents: [anAgent({ name: a, ...justWorked })],
      machines: [aMachine({ name: a, endingSoon: 'spot' })],
      ...fresh,
    },
    ['launch demand', `cordon ${a} ending-soon`],
  ],
  [
    'an agent for one task that has had it is no supply',
    { tasks: tasks(1), pools: [aPool({ mode: 'ephemeral' })], ...ours({ name: a }), ...fresh },
    ['launch demand', `cordon ${a} one-task`],
  ],
  [
    'an agent for one task that has it is no supply, whatever its slots',
    {
      tasks: [...works(a), ...tasks(1)],
      pools: [aPool({ mode: 'ephemeral' })],
      ...ours({ name: a, capacity: 2, lastWorkAt: undefined }),
      ...fresh,
    },
    ['launch demand', `cordon ${a} one-task`],
  ],
  [
    'an agent for one task that has had none is supply',
    {
      tasks: tasks(1),
      pools: [aPool({ mode: 'ephemeral' })],
      ...ours({ name: a, lastWorkAt: undefined }),
      ...fresh,
    },
    [],
  ],
  [
    'an agent that is being called back will ask',
    { tasks: tasks(1), ...ours({ name: a, cordoned: true }), inFlight: [underWay('uncordon', a)], ...fresh },
    [],
  ],
  [
    'an agent that is being cordoned can be called back by the next look',
    { tasks: tasks(1), ...ours({ name: a }), inFlight: [underWay('cordon', a)], ...fresh },
    [],
  ],
  [
    'an agent that is cordoned, and on which something else is done, is no supply',
    { tasks: tasks(1), ...ours({ name: a, cordoned: true }), inFlight: [underWay('forget', a)], ...fresh },
    launches(1),
  ],
  [
    'a cordoned agent that boots is no supply',
    {
      tasks: tasks(1),
      agents: [aBootingAgent({ name: a, cordoned: true })],
      machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS })],
    },
    launches(1),
  ],
  [
    'two that boot have the slots of their pool',
    {
      tasks: tasks(5),
      agents: [aBootingAgent({ name: a }), aBootingAgent({ name: b })],
      pools: [aPool({ workflowsPerAgent: 2 })],
    },
    launches(1),
  ],
  [
    'a launch under way is counted with the slots of its pool, on top of those that are free',
    {
      tasks: tasks(4),
      ...ours({ name: a }),
      pools: [aPool({ workflowsPerAgent: 2 })],
      inFlight: [{ kind: 'launch', pool: '1', name: b, startedAt: testStartAt }],
      ...fresh,
    },
    launches(1),
  ],
  [
    'one agent that is called back serves as many tasks as it has slots',
    { tasks: tasks(3), ...ours({ name: a, capacity: 2, cordoned: true }), ...fresh },
    [`uncordon ${a} demand`, 'launch demand'],
  ],
  [
    'one that is called back while it works serves the rest of its slots',
    { tasks: [...works(a), ...tasks(2)], ...ours({ name: a, capacity: 2, cordoned: true }), ...fresh },
    [`uncordon ${a} demand`, 'launch demand'],
  ],
  [
    'of cordoned ones that rest the one that was cordoned last is called back first',
    {
      tasks: tasks(1),
      ...ours({ name: a, cordoned: true }, { name: b, cordoned: true }),
      ...fresh,
      remember: (memory) => {
        const drain = {
          because: 'idle',
          cordonedAtServer: testStartAt,
          cordonedAgainAt: undefined,
          seenIdleAt: undefined,
        } as const
        const first = knowing(a, { drain: { ...drain, cordonedAt: testStartAt - 9_000 } })(memory)
        return knowing(b, { drain: { ...drain, cordonedAt: testStartAt - 5_000 } })(first)
      },
    },
    [`uncordon ${b} demand`],
  ],
  [
    'one that runs is called back before one that is stopped is started',
    {
      tasks: tasks(1),
      pools: [aPool({ parked: { max: 2, forMs: 60 * MINUTE_MS } })],
      agents: [
        anAgent({ name: a, cordoned: true, lastContactAt: testStartAt - 5 * MINUTE_MS }),
        anAgent({ name: b, cordoned: true, ...justWorked }),
      ],
      machines: [aMachine({ name: a, state: 'stopped' }), aMachine({ name: b })],
      ...fresh,
    },
    [`uncordon ${b} demand`],
  ],
  [
    'one that is stopped is started before one is made',
    {
      tasks: tasks(2),
      pools: [aPool({ parked: { max: 2, forMs: 60 * MINUTE_MS } })],
      agents: [anAgent({ name: a, cordoned: true, lastContactAt: testStartAt - 5 * MINUTE_MS })],
      machines: [aMachine({ name: a, state: 'stopped' })],
    },
    [`start ${a} demand`, 'launch demand'],
  ],
  [
    'a cordoned one whose machine is taken back is not called back',
    {
      tasks: tasks(1),
      agents: [anAgent({ name: a, cordoned: true, ...justWorked })],
      machines: [aMachine({ name: a, endingSoon: 'spot' })],
      ...fresh,
    },
    ['launch demand', `cordon ${a} carried-on`],
  ],
  [
    'a cordoned one is not called back for a task that it cannot take',
    {
      tasks: tasks(1, { labels: { size: 'large' } }),
      pools: [aPool({ offer: { ...usualLabels, size: 'large' } })],
      ...ours({ name: a, cordoned: true }),
      ...fresh,
    },
    ['launch demand', `cordon ${a} carried-on`],
  ],
  [
    'a cordoned one is not called back above a maximum that was lowered',
    {
      tasks: tasks(2),
      pools: [aPool({ max: 1 })],
      ...ours({ name: a }, { name: b, cordoned: true }),
      ...fresh,
    },
    [`cordon ${b} carried-on`],
  ],
  [
    'the minimum is filled with those that are cordoned, then with new ones',
    { pools: [aPool({ min: 3 })], ...ours({ name: a, cordoned: true }), ...fresh },
    [`uncordon ${a} min`, 'launch min', 'launch min'],
  ],
  [
    'what is launched for tasks counts towards the minimum',
    { tasks: tasks(2), pools: [aPool({ min: 3 })] },
    ['launch demand', 'launch demand', 'launch min'],
  ],
  [
    'one that is called back for a task counts towards the minimum, with those that are there',
    {
      tasks: tasks(2),
      pools: [aPool({ min: 2 })],
      ...ours({ name: a }, { name: b, cordoned: true }),
      ...fresh,
    },
    [`uncordon ${b} demand`],
  ],
  [
    'a cordoned one that boots does not count towards the minimum',
    { pools: [aPool({ min: 1 })], agents: [aBootingAgent({ name: a, cordoned: true })] },
    ['launch min'],
  ],
  [
    'an agent that came up for a task is waited for, though the server says that nobody asks',
    {
      tasks: tasks(1),
      ...ours({ name: a }),
      pollingSlots: 0,
      watchedForMs: 12_000,
      remember: cameFor(a),
    },
    [],
  ],
  [
    'one that came up for it, and was given another task, is not',
    {
      tasks: [...works(a), ...tasks(1)],
      ...ours({ name: a }),
      pollingSlots: 0,
      watchedForMs: 12_000,
      remember: cameFor(a),
    },
    launches(1),
  ],
  [
    'one that came up for it, and is cordoned by hand, is not',
    {
      tasks: tasks(1),
      pools: [aPool({ workflowsPerAgent: 1 })],
      ...ours({ name: a, cordoned: true }),
      inFlight: [underWay('forget', a)],
      remember: cameFor(a),
    },
    launches(1),
  ],
  [
    'one that came up for it, and is not in contact any more, is not',
    {
      tasks: tasks(1),
      ...ours({ name: a, lastContactAt: testStartAt - MINUTE_MS }),
      remember: cameFor(a),
    },
    launches(1),
  ],
  [
    'a task that comes next, and for which there is no room, is no reason to say so',
    {
      tasks: [
        ...works(a),
        ...['w1', 'w2'].map((id) => aTask({ id, state: 'waiting', dependencies: [`of-${a}-0`] })),
      ],
      ...ours({ name: a }),
      pools: [aPool({ max: 1, prewarm: true })],
    },
    [],
  ],
  [
    'free slots of a pool whose agents take other tasks are not those that another keeps',
    {
      pools: [
        aPool({ id: '2', buffer: { slots: 1 }, offer: { ...usualLabels, platform: 'linux/arm64' } }),
        aPool(),
      ],
      ...ours({ name: a }),
      ...fresh,
    },
    ['launch buffer'],
  ],
  [
    'of five tasks that a free agent leaves alone two get machines that show whether they take them',
    { tasks: tasks(5), agents: [anAgent({ name: 'foreign', capacity: 5 })], watchedForMs: 16_000 },
    launches(2),
  ],
  [
    'tasks that two machines came up for, and left alone, get none for five minutes',
    { tasks: tasks(3), remember: leftAloneSince(5 * MINUTE_MS - 1) },
    [],
  ],
  ['then one at a time is tried', { tasks: tasks(3), remember: leftAloneSince(5 * MINUTE_MS) }, launches(1)],
  [
    'the minimum of a pool is not filled with agents of another',
    {
      pools: [aPool({ min: 1 }), aPool({ id: '2' })],
      agents: [anAgent({ name: 'pool-2-agent-a', cordoned: true, ...justWorked })],
      machines: [aMachine({ name: 'pool-2-agent-a' })],
      ...fresh,
    },
    ['launch min', 'cordon pool-2-agent-a carried-on'],
  ],
  [
    'an agent that is being called back counts towards the minimum, one that is being cordoned does not',
    {
      pools: [aPool({ min: 2 })],
      ...ours({ name: a, cordoned: true }, { name: b }),
      inFlight: [underWay('uncordon', a), underWay('cordon', b)],
      ...fresh,
    },
    ['launch min'],
  ],
  [
    'a task takes the agent that fits it best, and leaves the other to the next',
    {
      tasks: [aTask({ id: 'any', labels: {} }), aTask({ id: 'large', labels: { size: 'large' } })],
      agents: [
        anAgent({ name: 'foreign-large', labels: { ...usualLabels, size: 'large' } }),
        anAgent({ name: 'foreign-any' }),
      ],
      pools: [aPool({ max: 0 })],
      ...fresh,
    },
    [],
  ],
  [
    'a task that only one pool can serve is launched for first where the other task has a choice',
    {
      tasks: [aTask({ id: 'any' }), aTask({ id: 'large', labels: { size: 'large' } })],
      pools: [
        aPool({ id: 'large', max: 1, offer: { ...usualLabels, size: 'large' } }),
        aPool({ id: 'small', max: 1 }),
      ],
    },
    launches(2),
  ],
  [
    'slots of two launches for tasks of one kind serve tasks of another that they fit too',
    {
      tasks: [
        ...tasks(2, { labels: { size: 'large' } }),
        ...tasks(3, { labels: {} }).map((task) => ({ ...task, id: `any-${task.id}` })),
      ],
      pools: [aPool({ workflowsPerAgent: 3, offer: { ...usualLabels, size: 'large' } })],
    },
    launches(2),
  ],
  [
    'lost tasks call back one cordoned agent for all of them',
    { tasks: tasks(3, { agentId: 'gone' }), ...ours({ name: a, cordoned: true }), ...fresh },
    [`uncordon ${a} demand`],
  ],
  [
    'lost tasks launch nothing while one boots that could settle them',
    { tasks: tasks(3, { agentId: 'gone' }), agents: [aBootingAgent({ name: a })] },
    [],
  ],
  [
    'lost tasks launch nothing where something is launched for others anyway',
    { tasks: [aTask({ id: 'new' }), ...tasks(2, { agentId: 'gone' })] },
    launches(1),
  ],
  [
    'lost tasks that the agents there do not match launch one that does',
    {
      tasks: tasks(2, { agentId: 'gone', labels: { size: 'large' } }),
      pools: [aPool({ offer: { ...usualLabels, size: 'large' } })],
      ...ours({ name: a }),
      ...fresh,
    },
    ['launch requeued'],
  ],
  [
    'a queue that needs an agent is given a second look before one is made',
    {
      tasks: new QueueNeedsAgent('pipeline not found'),
      remember: (memory) => ({ ...memory, queueNeedsAgentTimes: 1 }),
    },
    [],
  ],
  [
    'a queue that needs an agent twice in a row gets one',
    {
      tasks: new QueueNeedsAgent('pipeline not found'),
      remember: (memory) => ({ ...memory, queueNeedsAgentTimes: 2 }),
    },
    ['launch queue-needs-agent'],
  ],
  [
    'a queue that needs an agent gets a cordoned one back rather than a new one',
    { tasks: new QueueNeedsAgent('pipeline not found'), ...ours({ name: a, cordoned: true }) },
    [`uncordon ${a} queue-needs-agent`],
  ],
  [
    'a queue that needs an agent, while one of another pool boots',
    {
      tasks: new QueueNeedsAgent('pipeline not found'),
      pools: [aPool({ id: '2' }), aPool()],
      agents: [aBootingAgent({ name: a })],
    },
    [],
  ],
  [
    'a queue that needs an agent, while the minimum brings one anyway',
    { tasks: new QueueNeedsAgent('pipeline not found'), pools: [aPool({ min: 1 })] },
    ['launch min'],
  ],
]

describe('what is there or comes', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(steps(planFor(scenario))).toEqual(expected)
  })
})

describe('where the server says that fewer slots ask than are free', () => {
  const old = (name: string, agent: Partial<Agent> = {}) => ({ name, ...agent })
  const recent = (name: string) => ({ name, createdAt: testStartAt - 9_000 })
  /** Free for longer than agents take to ask, and not long enough to be held back. */
  const free = { watchedForMs: 12_000 }
  /** As if the process had looked for long, with a server that was away a moment ago. */
  const returned: Scenario['remember'] = (memory) => ({
    ...memory,
    disturbance: { kind: 'away', at: testStartAt - 12_000, awaySince: testStartAt - 40_000 },
  })

  test.each<readonly [string, readonly (Partial<Agent> & { readonly name: string })[], number, number]>([
    ['as many: all count', [old('a'), old('b')], 2, 0],
    ['one of two: one does not count', [old('a'), old('b')], 1, 1],
    ['more: all count', [old('a'), old('b')], 3, 0],
    ['half of the slots of one', [old('a', { capacity: 4 })], 3, 0],
    ['one of the slots of one', [old('a', { capacity: 2 })], 1, 1],
    ['none', [old('a'), old('b'), old('c')], 0, 2],
    [
      'those that came since the server was away count, but for two',
      [recent('a'), recent('b'), recent('c')],
      0,
      1,
    ],
    [
      'those that were there before do not, and of those that came since two',
      [recent('a'), recent('b'), old('c'), recent('d')],
      0,
      1,
    ],
  ])('%s', (_, agents, pollingSlots, launched) => {
    const named = agents.map((agent) => ({ ...agent, name: `pool-1-agent-${agent.name}` }))
    const plan = planFor({ ...ours(...named), tasks: tasks(2), pollingSlots, ...free, remember: returned })
    expect(steps(plan)).toEqual(launches(launched))
  })
})

test('where nothing more may be launched for tasks that come next, nothing is said', () => {
  const { holds } = planFor({
    tasks: [
      ...works(a),
      ...['w1', 'w2'].map((id) => aTask({ id, state: 'waiting', dependencies: [`of-${a}-0`] })),
    ],
    ...ours({ name: a }),
    pools: [aPool({ max: 1, prewarm: true })],
  })
  expect(holds).toEqual([])
})

test('of two pools that are alike the one whose id comes first gets the machine', () => {
  for (const ids of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const { actions } = planFor({ tasks: tasks(1), pools: ids.map((id) => aPool({ id })) })
    expect(actions).toMatchObject([{ kind: 'launch', pool: 'a' }])
  }
})

describe('the pool as people see it', () => {
  test('its free slots, those that boot, and what tasks want of it', () => {
    const { pools, queue } = planFor({
      tasks: [
        ...works(a),
        ...tasks(3),
        aTask({ id: 'w', state: 'waiting' }),
        aTask({ id: 'odd', labels: { platform: 'plan9' } }),
      ],
      agents: [
        anAgent({ name: a, capacity: 3, ...justWorked }),
        aBootingAgent({ name: b }),
        anAgent({ name: 'foreign', capacity: 7 }),
      ],
      machines: [
        aMachine({ name: a, offering: 'cx22', hourlyPrice: { amount: 1, currency: 'EUR' } }),
        aMachine({ name: b, createdAt: testStartAt - MINUTE_MS, state: 'starting' }),
      ],
      pools: [aPool({ min: 1, max: 5, workflowsPerAgent: 2 })],
      ...fresh,
    })
    expect(pools).toEqual([
      {
        id: '1',
        min: 1,
        max: 5,
        demand: 3,
        freeSlots: 2,
        bootingSlots: 2,
        members: [
          {
            name: a,
            state: 'busy',
            sinceAt: testStartAt - 60 * MINUTE_MS,
            running: 1,
            capacity: 3,
            offering: 'cx22',
            hourlyPrice: { amount: 1, currency: 'EUR' },
          },
          {
            name: b,
            state: 'booting',
            notStarted: 'starting',
            sinceAt: testStartAt - MINUTE_MS,
            running: 0,
            capacity: 2,
            offering: undefined,
            hourlyPrice: undefined,
          },
        ],
      },
    ])
    expect(queue).toEqual({ pending: 4, running: 1, waiting: 1 })
  })

  test('what cannot be read shows nothing, and no queue', () => {
    const plan = planFor({ tasks: new QueueNeedsAgent('x'), machines: new QueueNeedsAgent('x') })
    expect(plan.queue).toBeUndefined()
    expect(plan.pools.map(({ members }) => members)).toEqual([[]])
  })

  const parkedPool = [aPool({ parked: { max: 1, forMs: 60 * MINUTE_MS } })]
  const states: readonly (readonly [string, Scenario, string])[] = [
    ['that is being ended', { ...ours({ name: a }), inFlight: [underWay('terminate', a)] }, 'ending'],
    ['that is being forgotten', { ...ours({ name: a }), inFlight: [underWay('forget', a)] }, 'ending'],
    ['that is being launched', { inFlight: [underWay('launch', a)] }, 'launching'],
    ['that is being started', { ...ours({ name: a }), inFlight: [underWay('start', a)] }, 'launching'],
    ['without a record', { machines: [aMachine({ name: a })] }, 'orphan'],
    ['that works', { ...ours({ name: a }), tasks: works(a) }, 'busy'],
    ['that has lost its task', { ...ours({ name: a }), tasks: tasks(1, { agentId: `id-of-${a}` }) }, 'busy'],
    ['that rests', ours({ name: a }), 'idle'],
    ['that is cordoned and works', { ...ours({ name: a, cordoned: true }), tasks: works(a) }, 'draining'],
    ['that is cordoned and rests', ours({ name: a, cordoned: true }), 'drained'],
    [
      'that is stopped, as its pool keeps some',
      {
        pools: parkedPool,
        agents: ours({ name: a }).agents,
        machines: [aMachine({ name: a, state: 'stopped' })],
      },
      'parked',
    ],
    [
      'that stops, as its pool keeps some',
      {
        pools: parkedPool,
        agents: ours({ name: a }).agents,
        machines: [aMachine({ name: a, state: 'stopping' })],
      },
      'parked',
    ],
    [
      'that was stopped since its last contact, though the list shows it running',
      { pools: parkedPool, ...ours({ name: a }), remember: knowing(a, { parkedAt: testStartAt - 7_000 }) },
      'parked',
    ],
    [
      'that was in contact since it was stopped',
      { pools: parkedPool, ...ours({ name: a }), remember: knowing(a, { parkedAt: testStartAt - 7_001 }) },
      'idle',
    ],
    [
      'that was stopped in a pool that keeps none',
      { ...ours({ name: a }), remember: knowing(a, { parkedAt: testStartAt - 1_000 }) },
      'idle',
    ],
    [
      'that was started since its last contact',
      {
        ...ours({ name: a }),
        remember: (memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - 4_999]]) }),
      },
      'booting',
    ],
    [
      'that has not come in contact for long since it was started',
      {
        ...ours({ name: a, lastContactAt: testStartAt - 30 * MINUTE_MS }),
        remember: (memory) => ({
          ...memory,
          launchEndedAt: new Map([[a, testStartAt - 10 * MINUTE_MS - 1]]),
        }),
      },
      'silent',
    ],
    [
      'that may still come in contact since it was started',
      {
        ...ours({ name: a, lastContactAt: testStartAt - 30 * MINUTE_MS }),
        remember: (memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - 10 * MINUTE_MS]]) }),
      },
      'booting',
    ],
    [
      'that was in contact in the moment in which it was started',
      {
        ...ours({ name: a }),
        remember: (memory) => ({ ...memory, launchEndedAt: new Map([[a, testStartAt - 5_000]]) }),
      },
      'idle',
    ],
    [
      'that starts, as its list says, in a pool that stops none',
      {
        agents: [anAgent({ name: a, lastContactAt: testStartAt - 30 * MINUTE_MS })],
        machines: [aMachine({ name: a, state: 'starting' })],
        watchedForMs: 3 * MINUTE_MS,
      },
      'idle',
    ],
    [
      'that starts, and nobody knows since when',
      {
        pools: parkedPool,
        agents: [anAgent({ name: a, lastContactAt: testStartAt - 30 * MINUTE_MS })],
        machines: [aMachine({ name: a, state: 'starting' })],
        watchedForMs: 3 * MINUTE_MS,
      },
      'booting',
    ],
  ]
  test.each(states)('a machine %s', (_, scenario, expected) => {
    expect(planFor(scenario).pools[0]?.members.map(({ state }) => state)).toEqual([expected])
  })
})
