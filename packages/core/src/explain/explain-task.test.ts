import { describe, expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import type { Memory } from '../model/memory.ts'
import type { HoldCause } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import { leftAloneKey, noTrials } from '../model/trials.ts'
import { reportFor, type Scenario } from '../plan/scenario.ts'
import { QueueNeedsAgent, Transient } from '../ports/errors.ts'
import {
  aBootingAgent,
  aMachine,
  anAgent,
  aPool,
  aTask,
  testStartAt,
  usualLabels,
} from '../testing/builders.ts'
import { explainTask } from './explain-task.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const id = `id-of-${name}`
const mine = aTask({ id: 'mine', title: 'acme/app#12 build' })
const eur = (amount: number) => ({ amount, currency: 'EUR' })
const one = (agent: Partial<Agent> = {}) => ({
  agents: [anAgent({ name, ...agent })],
  machines: [aMachine({ name })],
})
const busy = { ...one(), tasks: [aTask({ id: 'other', state: 'running', agentId: id }), mine] }
const remembering = (more: Partial<Memory>) => (memory: Memory) => ({ ...memory, ...more })
const failed = (untilAt: number) => ({
  sinceAt: testStartAt - MINUTE_MS,
  untilAt,
  failures: 1,
  why: 'the cloud is ill',
  kind: 'transient' as const,
})
const waits = (task: Partial<Task>): Task => ({ ...mine, ...task })
const launches = (count: number): Memory['launches'] =>
  new Map(
    Array.from({ length: count }, (_, i) => [
      `pool-1-agent-${i}`,
      {
        pool: '1',
        at: testStartAt - 5 * MINUTE_MS,
        state: 'failed',
        judgedAt: testStartAt - MINUTE_MS,
        chance: 0.5,
      },
    ]),
  )

/** What is so, the one word that explains it, and what the sentence says. */
const ways: readonly (readonly [string, Scenario, string, string])[] = [
  [
    'an agent is free',
    { ...one(), tasks: [mine], watchedForMs: 5_000 },
    'free-slot',
    'A free agent can take it: it starts in a moment.',
  ],
  [
    'a machine boots for it, and others took a while',
    {
      agents: [aBootingAgent({ name })],
      machines: [aMachine({ name, createdAt: testStartAt - MINUTE_MS, state: 'starting' })],
      tasks: [mine],
      remember: remembering({
        bootTimesMs: new Map([['1', [40_000, 50_000, 90_000]]]),
        trials: {
          ...noTrials,
          launched: new Map([
            [
              name,
              {
                pool: '1',
                configuration: '',
                machineType: undefined,
                at: testStartAt - MINUTE_MS,
                taskId: 'mine',
                hasRegistered: false,
              },
            ],
          ]),
        },
      }),
    },
    'booting',
    `The machine ${name} was created for it and has been booting for 1m; half of its pool's machines boot within 50s; the cloud has not started it yet (starting).`,
  ],
  [
    'a cordoned agent is called back',
    { ...one({ cordoned: true }), tasks: [mine] },
    'called-back',
    `The agent ${name} is called back for it.`,
  ],
  ['a machine is launched', { tasks: [mine] }, 'launched', 'A machine of the pool 1 is being made for it.'],
  [
    'the machine that is launched for another has room for two',
    { pools: [aPool({ workflowsPerAgent: 2 })], tasks: [aTask(), mine] },
    'shares',
    'has room for it too',
  ],
  [
    'it waits for another task of its pipeline',
    {
      tasks: [
        aTask({ id: 'first', title: 'acme/app#12 test' }),
        waits({ state: 'waiting', dependencies: ['first'] }),
      ],
    },
    'depends',
    'It waits for acme/app#12 test.',
  ],
  [
    'what it waits for has left the queue a moment ago',
    { tasks: [waits({ state: 'waiting', dependencies: ['first'] })] },
    'depends',
    'It waits for another task of its pipeline.',
  ],
  [
    'an agent runs it',
    { ...one(), tasks: [waits({ state: 'running', agentId: id })] },
    'running',
    `The agent ${name} runs it.`,
  ],
  [
    'the agents cannot be read',
    { agents: new Transient('503'), tasks: [mine] },
    'agents-unknown',
    'the agents cannot be read: 503',
  ],
  [
    'the machines cannot be listed',
    { machines: new Transient('timeout'), tasks: [mine] },
    'machines-unknown',
    'nobody knows how many machines there are',
  ],
  ['the queue is paused', { tasks: [mine], paused: true }, 'paused', 'the queue is paused at the server'],
  [
    'the pool is paused',
    { tasks: [mine], orders: { paused: new Set(['1']) } },
    'pool-paused',
    '(pool 1): somebody has paused it',
  ],
  [
    'the pool is drained',
    { tasks: [mine], orders: { drainedPools: new Set(['1']) } },
    'pool-draining',
    '(pool 1): somebody drains it',
  ],
  [
    'the pool is at its maximum',
    { ...busy, pools: [aPool({ max: 1 })] },
    'at-max',
    '(pool 1): the pool is at its limit of 1 machine',
  ],
  [
    'all pools together are at their maximum',
    { ...busy, fleet: { maxMachines: 1 } },
    'fleet-at-max',
    'all pools together may have 1 machine',
  ],
  [
    'another machine would cost too much by the hour',
    {
      tasks: [mine],
      fleet: { maxHourlyCost: eur(0.01) },
      offerings: { 1: [{ id: 'cx22', hourlyPrice: eur(1) }] },
    },
    'hourly-cost',
    'machines may cost 0.01 EUR an hour',
  ],
  [
    'nobody knows what another machine would cost',
    { tasks: [mine], fleet: { maxHourlyCost: eur(1) } },
    'price-unknown',
    'the price of some is not known in EUR',
  ],
  [
    'what may be spent in a day is spent',
    {
      tasks: [mine],
      fleet: { maxSpendPerDay: eur(1) },
      remember: (memory) => ({
        ...memory,
        spent: { ...memory.spent, day: { key: '2026-01-01', amounts: new Map([['EUR', 2]]) } },
      }),
    },
    'spend-cap',
    '2.00 EUR are spent today, of 1; next try in 24h',
  ],
  [
    'enough was launched in this look',
    { pools: [aPool({ batch: 1 })], tasks: [aTask(), mine] },
    'batch',
    '1 are launched in one look',
  ],
  [
    'the pool lets tasks wait before it launches',
    {
      pools: [aPool({ scaleUpDelayMs: MINUTE_MS })],
      tasks: [mine],
      remember: remembering({ pendingSince: new Map([['mine', testStartAt - 20_000]]) }),
    },
    'scale-up-delay',
    'a task waits 1m before a machine is made for it; next try in 40s',
  ],
  [
    'the last launch failed',
    { tasks: [mine], remember: remembering({ backOff: new Map([['1', failed(testStartAt + 30_000)]]) }) },
    'backing-off',
    'the last launch failed: the cloud is ill; next try in 30s',
  ],
  [
    'the machine type that it requires is sold out',
    {
      pools: [aPool({ machineLabel: 'machine' })],
      offerings: { 1: [{ id: 'cx22' }, { id: 'cx42' }] },
      tasks: [waits({ labels: { machine: 'cx42' } })],
      remember: remembering({
        refusedOfferings: new Map([
          [
            '1',
            new Map([
              [
                'cx42',
                {
                  untilAt: testStartAt + MINUTE_MS,
                  times: 1,
                  kind: 'offering-unavailable' as const,
                  why: 'sold out',
                },
              ],
            ]),
          ],
        ]),
      }),
    },
    'backing-off',
    'no cx42 available: sold out; next try in 1m',
  ],
  [
    'launches of several pools fail at the cloud',
    {
      pools: [aPool({ cloud: 'hetzner' }), aPool({ id: '2', cloud: 'hetzner' })],
      tasks: [mine],
      remember: remembering({
        backOff: new Map([
          ['1', failed(testStartAt - 1)],
          ['2', failed(testStartAt + 30_000)],
        ]),
      }),
    },
    'cloud-backing-off',
    'launches of 2 pools failed at this cloud: the cloud is ill; next try in 30s',
  ],
  [
    'records cannot be made at the server',
    { tasks: [mine], remember: remembering({ serverBackOff: failed(testStartAt + 30_000) }) },
    'server-backing-off',
    'no record can be made: the cloud is ill; next try in 30s',
  ],
  [
    'machines never connect',
    {
      tasks: [aTask(), mine],
      inFlight: [{ kind: 'launch', pool: '1', name: 'pool-1-agent-x', startedAt: testStartAt }],
      remember: remembering({ launches: launches(10) }),
    },
    'never-connect',
    'launches never connect: one is tried at a time',
  ],
  [
    'the agent that had it is lost',
    { ...one({ cordoned: true }), pools: [aPool({ max: 0 })], tasks: [waits({ agentId: 'somebody' })] },
    'requeued',
    'the next agent that asks settles it',
  ],
  [
    'no pool has a label that it asks for',
    { ...one(), tasks: [waits({ labels: { platform: 'linux/arm64' } })] },
    'no-pool-matches',
    'no pool can take it: the pool 1 has no platform=linux/arm64, but linux/amd64',
  ],
  [
    'only agents that are not ours could take it',
    {
      agents: [anAgent({ name: 'a-mac', labels: { ...usualLabels, platform: 'darwin/arm64' } })],
      tasks: [
        aTask({ state: 'running', agentId: 'id-of-a-mac', labels: { platform: 'darwin/arm64' } }),
        waits({ labels: { platform: 'darwin/arm64' } }),
      ],
    },
    'no-pool-matches',
    'agents that are no pool’s can take it',
  ],
  [
    'its concurrency group is full',
    {
      ...one(),
      tasks: [
        aTask({ id: 'first', title: 'acme/app#11 deploy', concurrency: { group: 'deploy', limit: 1 } }),
        waits({ concurrency: { group: 'deploy', limit: 1 } }),
      ],
    },
    'concurrency-group',
    'its concurrency group deploy lets 1 run at a time: behind acme/app#11 deploy',
  ],
  [
    'agents that came up for it leave it alone',
    {
      agents: ['a', 'b'].map((letter) => anAgent({ name: `pool-1-agent-${letter}` })),
      tasks: [mine],
      remember: (memory) => ({
        ...memory,
        pendingSince: new Map([['mine', testStartAt - 5 * MINUTE_MS]]),
        trials: {
          ...noTrials,
          leftAlone: new Map([
            [
              leftAloneKey('1', '[]'),
              {
                pool: '1',
                taskClass: '[]',
                by: ['a', 'b'].map((letter) => ({
                  name: `pool-1-agent-${letter}`,
                  launchedAt: testStartAt - 2 * MINUTE_MS,
                  at: testStartAt - MINUTE_MS,
                })),
              },
            ],
          ]),
        },
      }),
    },
    'not-taken',
    'free agents of pool `1` leave tasks without labels alone although their labels fit',
  ],
]

describe('why a task waits, when', () => {
  test.each(ways)('%s', (_, scenario, because, sentence) => {
    const explanation = explainTask('mine', reportFor(scenario))
    expect(explanation?.because).toBe(because)
    expect(explanation?.sentence).toContain(sentence)
  })

  /** Every cause by which something is not done, and so may keep a task waiting; the others keep machines. */
  test.each<HoldCause>([
    'agents-unknown',
    'machines-unknown',
    'paused',
    'pool-paused',
    'pool-draining',
    'at-max',
    'fleet-at-max',
    'hourly-cost',
    'spend-cap',
    'price-unknown',
    'batch',
    'scale-up-delay',
    'backing-off',
    'cloud-backing-off',
    'server-backing-off',
    'never-connect',
    'requeued',
    'no-pool-matches',
    'concurrency-group',
    'not-taken',
  ])('%s is among them', (cause) => {
    expect(ways.map(([, , because]) => because)).toContain(cause)
  })
})

test('a task that is not in the queue has no explanation', () => {
  expect(explainTask('gone', reportFor({ tasks: [mine] }))).toBeUndefined()
})

test.each([new Transient('500'), new QueueNeedsAgent('pipeline not found')])(
  'a queue that cannot be read (%s) explains nothing: its hold does',
  (error) => {
    expect(explainTask('mine', reportFor({ tasks: error }))).toBeUndefined()
  },
)

test('each agent is told of: what it may do, or what is in the way', () => {
  const report = reportFor({
    pools: [aPool({ max: 0 })],
    agents: [
      anAgent({ name: 'pool-1-agent-free', lastWorkAt: testStartAt - 1_000 }),
      anAgent({ name: 'pool-1-agent-busy' }),
      anAgent({ name: 'pool-1-agent-cordoned', cordoned: true }),
      anAgent({ name: 'a-mac', labels: { ...usualLabels, platform: 'darwin/arm64' } }),
      anAgent({ name: 'silent', lastContactAt: testStartAt - 10 * MINUTE_MS }),
    ],
    tasks: [
      waits({ labels: { platform: 'linux/amd64' } }),
      aTask({ state: 'running', agentId: 'id-of-pool-1-agent-busy' }),
    ],
    watchedForMs: 5_000,
  })
  expect(
    explainTask('mine', report)?.agents.map(({ name: agent, obstacle, why }) => [
      agent,
      obstacle?.label ?? why ?? 'may take it',
    ]),
  ).toEqual([
    ['pool-1-agent-free', 'may take it'],
    ['pool-1-agent-busy', 'it runs another task'],
    ['pool-1-agent-cordoned', 'it is cordoned: it gets no more tasks'],
    ['silent', 'it is not in contact'],
    ['a-mac', 'platform=linux/amd64'],
  ])
})

test('pools that can take it, those that cannot and why, and the holds of those that can', () => {
  const report = reportFor({
    pools: [
      aPool({ max: 0 }),
      aPool({ id: 'arm', max: 0, offer: { ...usualLabels, platform: 'linux/arm64' } }),
    ],
    tasks: [waits({ labels: { platform: 'linux/amd64' } }), aTask({ labels: { platform: 'linux/arm64' } })],
  })
  const explanation = explainTask('mine', report)
  expect(explanation?.pools).toEqual([
    { pool: '1' },
    { pool: 'arm', obstacle: { label: 'platform=linux/amd64', offered: 'linux/arm64' } },
  ])
  expect(explanation?.holds.map(({ pool, because }) => `${pool} ${because}`)).toEqual(['1 at-max'])
})
