import { describe, expect, test } from 'vitest'
import { MADE_FROM } from '../evidence/label-differences.ts'
import type { Agent } from '../model/agent.ts'
import {
  aBootingAgent,
  aMachine,
  anAgent,
  aPool,
  aTask,
  testStartAt,
  usualLabels,
} from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const nameOf = (suffix: string) => `pool-1-agent-${suffix}`
const idleFor = (suffix: string, minutes: number, agent: Partial<Agent> = {}) =>
  anAgent({ name: nameOf(suffix), lastWorkAt: testStartAt - minutes * MINUTE_MS, ...agent })
const machines = (...suffixes: readonly string[]) =>
  suffixes.map((suffix) => aMachine({ name: nameOf(suffix) }))
const task = (suffix: string, id: string) =>
  aTask({ id, state: 'running', agentId: `id-of-${nameOf(suffix)}` })

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  [
    'of three that are idle for long, those above the minimum, the idlest first',
    {
      pools: [aPool({ min: 1 })],
      agents: [idleFor('a', 20), idleFor('b', 40), idleFor('c', 30)],
      machines: machines('a', 'b', 'c'),
    },
    ['cordon b idle', 'cordon c idle'],
  ],
  [
    'with no idle time at all those that work stay, and the others go',
    {
      pools: [aPool({ idleTimeoutMs: 0 })],
      tasks: [task('a', '1')],
      agents: [idleFor('a', 20), idleFor('b', 20)],
      machines: machines('a', 'b'),
    },
    ['cordon b idle'],
  ],
  [
    'on a list of the tick before nothing is ended, and who is idle is cordoned all the same',
    { agents: [idleFor('a', 20)], machines: machines('a', 'b'), machinesReused: true },
    ['cordon a idle'],
  ],
  [
    'while one is on its way out as it is too old, no other of a few goes for that',
    {
      pools: [aPool({ maxAgeMs: 30 * MINUTE_MS })],
      agents: [idleFor('a', 4, { cordoned: true }), idleFor('b', 4)],
      machines: machines('a', 'b'),
      remember: (memory) => {
        const id = `id-of-${nameOf('a')}`
        const drain = {
          because: 'max-age',
          cordonedAt: testStartAt - 5_000,
          cordonedAtServer: testStartAt - 5_000,
          cordonedAgainAt: undefined,
          seenIdleAt: undefined,
        } as const
        return { ...memory, agents: new Map(memory.agents).set(id, { ...memory.agents.get(id)!, drain }) }
      },
    },
    [],
  ],
  [
    'free slots that are kept: what goes as it is too old takes its own free slots with it, and no more',
    {
      pools: [aPool({ maxAgeMs: 60 * MINUTE_MS, buffer: { slots: 1 }, workflowsPerAgent: 2 })],
      tasks: [task('a', '1')],
      agents: [
        idleFor('a', 20, { capacity: 2 }),
        idleFor('b', 30, { capacity: 2 }),
        idleFor('c', 20, { capacity: 2 }),
      ],
      machines: [
        aMachine({ name: nameOf('a'), createdAt: testStartAt - 120 * MINUTE_MS }),
        aMachine({ name: nameOf('b'), createdAt: testStartAt - 40 * MINUTE_MS }),
        aMachine({ name: nameOf('c'), createdAt: testStartAt - 40 * MINUTE_MS }),
      ],
      watchedForMs: 180 * MINUTE_MS,
    },
    ['cordon a max-age', 'cordon b idle'],
  ],
  [
    'packing: one that works beside one that rests stays, as the other ends by itself',
    {
      pools: [aPool({ packing: true, workflowsPerAgent: 2 })],
      tasks: [task('a', '1')],
      agents: [idleFor('a', 20, { capacity: 2 }), idleFor('b', 4, { capacity: 2 })],
      machines: machines('a', 'b'),
    },
    [],
  ],
  [
    'one that is full, and too old, is cordoned although tasks are counted on others like it',
    {
      pools: [aPool({ maxAgeMs: 30 * MINUTE_MS })],
      tasks: [task('a', '1'), aTask({ id: 'next' })],
      agents: [idleFor('a', 20), idleFor('b', 4)],
      machines: [...machines('a'), aMachine({ name: nameOf('b'), createdAt: testStartAt - 10 * MINUTE_MS })],
      remember: (memory) => ({ ...memory, pendingSince: new Map() }),
    },
    ['cordon a max-age'],
  ],
  [
    'one with a mark of what it was made from stays where its pool has none',
    {
      agents: [idleFor('a', 4, { labels: { ...usualLabels, [MADE_FROM]: '4f2a' } })],
      machines: machines('a'),
    },
    [],
  ],
  [
    'two records of one name that both have registered stay',
    {
      agents: [
        idleFor('a', 4),
        anAgent({ name: nameOf('a'), id: 'twin', lastWorkAt: testStartAt - 4 * MINUTE_MS }),
      ],
      machines: machines('a'),
    },
    [],
  ],
  [
    'a maximum that was lowered by one takes the one with the fewest tasks',
    {
      pools: [aPool({ max: 2 })],
      tasks: [task('a', '1'), task('a', '2'), task('b', '3'), task('c', '4'), task('c', '5')],
      agents: [idleFor('a', 20), idleFor('b', 20), idleFor('c', 20)],
      machines: machines('a', 'b', 'c'),
    },
    ['cordon b over-max'],
  ],
  [
    'a maximum that was lowered to nothing takes all, whatever they do',
    {
      pools: [aPool({ max: 0 })],
      tasks: [task('a', '1')],
      agents: [idleFor('a', 1), idleFor('b', 1)],
      machines: machines('a', 'b'),
    },
    ['cordon b over-max', 'cordon a over-max'],
  ],
  [
    'those that are taken for the maximum do not count towards the minimum, nor go twice',
    {
      pools: [aPool({ min: 1, max: 2 })],
      agents: [idleFor('a', 20), idleFor('b', 40), idleFor('c', 30)],
      machines: machines('a', 'b', 'c'),
    },
    ['cordon b over-max', 'cordon c idle'],
  ],
  [
    'one that boots stands in for the minimum, and one that is idle goes',
    {
      pools: [aPool({ min: 1 })],
      agents: [idleFor('a', 20), aBootingAgent({ name: nameOf('b') })],
      machines: [...machines('a'), aMachine({ name: nameOf('b'), createdAt: testStartAt - MINUTE_MS })],
    },
    ['cordon a idle'],
  ],
  [
    'one that is not in contact stands in for nobody',
    {
      pools: [aPool({ min: 1 })],
      agents: [idleFor('a', 20), idleFor('b', 20, { lastContactAt: testStartAt - 5 * MINUTE_MS })],
      machines: machines('a', 'b'),
    },
    [],
  ],
  [
    'one that is not in contact is not cordoned, above the maximum as it is',
    {
      pools: [aPool({ max: 0 })],
      agents: [idleFor('a', 20, { lastContactAt: testStartAt - 5 * MINUTE_MS })],
      machines: machines('a'),
    },
    [],
  ],
  [
    'one on which something is done already is left alone',
    {
      pools: [aPool({ max: 0 })],
      agents: [idleFor('a', 20), idleFor('b', 20)],
      machines: machines('a', 'b'),
      inFlight: [{ kind: 'cordon', pool: '1', name: nameOf('a'), startedAt: testStartAt - 1_000 }],
    },
    ['cordon b over-max'],
  ],
  [
    'a free agent that no task is counted on goes, beside one that is',
    {
      pools: [aPool({ workflowsPerAgent: 1 })],
      agents: [idleFor('a', 20), idleFor('b', 20, { labels: { repo: 'acme/other' } })],
      machines: machines('a', 'b'),
      tasks: [aTask()],
      remember: (memory) => ({ ...memory, pendingSince: new Map() }),
    },
    ['cordon b idle'],
  ],
  [
    'a pool that grows does not shrink, and another does',
    {
      pools: [aPool({ offer: { size: 'large' } }), aPool({ id: '2' })],
      tasks: [aTask({ labels: { size: 'large' } })],
      agents: [idleFor('a', 20), anAgent({ name: 'pool-2-agent-b' })],
      machines: [...machines('a'), aMachine({ name: 'pool-2-agent-b' })],
    },
    ['launch demand', 'cordon pool-2-agent-b idle'],
  ],
  [
    'a machine that is taken back: its agent is cordoned at once, work or not, and only once',
    {
      tasks: [task('a', '1')],
      agents: [idleFor('a', 20), idleFor('b', 1, { cordoned: true })],
      machines: [
        aMachine({ name: nameOf('a'), endingSoon: 'in 2 minutes' }),
        aMachine({ name: nameOf('b'), endingSoon: 'in 2 minutes' }),
      ],
    },
    ['cordon b carried-on', 'cordon a ending-soon'],
  ],
  [
    'a machine that is taken back does not stand in for the minimum',
    {
      pools: [aPool({ min: 1 })],
      agents: [idleFor('a', 20)],
      machines: [aMachine({ name: nameOf('a'), endingSoon: 'in 2 minutes' })],
    },
    ['launch min', 'cordon a ending-soon'],
  ],
  [
    'a machine that is taken back while its agent is not in contact is left alone',
    {
      agents: [idleFor('a', 20, { lastContactAt: testStartAt - 5 * MINUTE_MS })],
      machines: [aMachine({ name: nameOf('a'), endingSoon: 'in 2 minutes' })],
    },
    [],
  ],
  [
    'of three that never connected the newest is kept, and the others are ended',
    {
      pools: [aPool({ keepFailed: 1 })],
      agents: [20, 15, 30].map((minutes) =>
        aBootingAgent({ name: nameOf(`${minutes}`), createdAt: testStartAt - minutes * MINUTE_MS }),
      ),
      machines: [20, 15, 30].map((minutes) =>
        aMachine({ name: nameOf(`${minutes}`), createdAt: testStartAt - minutes * MINUTE_MS }),
      ),
    },
    ['terminate 20 lost', 'terminate 30 lost'],
  ],
]

describe('of several', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(steps(planFor(scenario)).map((step) => step.replace('pool-1-agent-', ''))).toEqual(expected)
  })
})

test('the words of a cordon', () => {
  const reasons = (scenario: Scenario) => planFor(scenario).actions.map(({ reason }) => reason)
  const agents = [idleFor('a', 20)]
  expect(reasons({ agents, machines: machines('a') })).toEqual(['idle for 20m'])
  expect(reasons({ agents, machines: machines('a'), pools: [aPool({ max: 0 })] })).toEqual([
    'the pool may have 0 now',
  ])
  expect(
    reasons({
      agents,
      pools: [aPool({ billing: 'hour' })],
      machines: [aMachine({ name: nameOf('a'), createdAt: testStartAt - 59 * MINUTE_MS })],
    }),
  ).toEqual(['idle, and its paid hour ends in 1m'])
  expect(reasons({ agents, machines: [aMachine({ name: nameOf('a'), endingSoon: 'spot' })] })).toEqual([
    'its machine is taken back: spot',
  ])
})

test('the words of an end', () => {
  const ended = (scenario: Scenario) => planFor(scenario).actions.map(({ reason }) => reason)
  const lost = aBootingAgent({ name: nameOf('a'), createdAt: testStartAt - 11 * MINUTE_MS })
  const of = (state: 'running' | 'stopped') => [
    aMachine({ name: nameOf('a'), createdAt: testStartAt - 11 * MINUTE_MS, state }),
  ]
  expect(ended({ agents: [lost], machines: of('running') })).toEqual([
    'it has not registered in 11m; the agent inactivity timeout is 10m',
  ])
  expect(ended({ agents: [lost], machines: of('stopped') })).toEqual([
    'its machine stopped before the agent ever registered',
  ])
  expect(ended({ agents: [lost] })).toEqual(['its machine never appeared'])
  const silent = [idleFor('a', 60, { lastContactAt: testStartAt - 20 * MINUTE_MS })]
  expect(ended({ agents: silent, machines: machines('a') })).toEqual(['no contact for 20m'])
  expect(ended({ agents: silent, machines: [aMachine({ name: nameOf('a'), state: 'stopped' })] })).toEqual([
    'its machine has stopped',
  ])
  expect(ended({ machines: machines('a') })).toEqual(['the server has no record of its agent'])
  expect(
    ended({
      machines: machines('a'),
      remember: (memory) => ({ ...memory, removedNames: new Set([nameOf('a')]) }),
    }),
  ).toEqual(['its record is deleted, and its removal failed before'])
})

test('an orphan is ended with the id that its record had, to be looked for once more', () => {
  const remember: Scenario['remember'] = (memory) => ({
    ...memory,
    machines: new Map([[nameOf('a'), { ...memory.machines.get(nameOf('a'))!, agentId: '17' }]]),
  })
  expect(planFor({ machines: machines('a'), remember }).actions).toMatchObject([{ lastAgentId: '17' }])
  expect(planFor({ machines: machines('a') }).actions[0]).not.toHaveProperty('lastAgentId')
})

test('the words of a launch', () => {
  const words = (scenario: Scenario) => planFor(scenario).actions.map(({ reason }) => reason)
  expect(words({ tasks: [aTask({ title: 'acme/app#1 build' })] })).toEqual([
    'no free slot takes acme/app#1 build',
  ])
  expect(words({ pools: [aPool({ min: 1 })] })).toEqual(['the pool keeps 1 agent, and has 0'])
  expect(words({ pools: [aPool({ min: 2 })] })).toEqual([
    'the pool keeps 2 agents, and has 0',
    'the pool keeps 2 agents, and has 1',
  ])
  expect(words({ tasks: [aTask({ title: 'acme/app#1 build', agentId: 'gone' })] })).toEqual([
    'acme/app#1 build was lost by its agent; another must ask for it',
  ])
})
