import { describe, expect, test } from 'vitest'
import { explainTask } from '../explain/explain-task.ts'
import type { Agent } from '../model/agent.ts'
import type { AgentHistory, Memory } from '../model/memory.ts'
import { aMachine, anAgent, aPool, aTask, testStartAt } from '../testing/builders.ts'
import { planFor, reportFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const id = `id-of-${name}`
const longIdle = { createdAt: testStartAt - 600 * MINUTE_MS, lastWorkAt: testStartAt - 600 * MINUTE_MS }
const one = (agent: Partial<Agent> = {}) => ({
  agents: [anAgent({ name, cordoned: true, ...longIdle, ...agent })],
  machines: [aMachine({ name, createdAt: testStartAt - 600 * MINUTE_MS })],
})
const cordonedByOthers = (memory: Memory, more: Partial<AgentHistory> = {}): Memory => ({
  ...memory,
  agents: new Map([
    [id, { ...memory.agents.get(id)!, cordonedByOthersAt: testStartAt - 90 * MINUTE_MS, ...more }],
  ]),
})
const twice = {
  drain: {
    because: 'idle' as const,
    cordonedAt: testStartAt - 60_000,
    cordonedAtServer: testStartAt - 60_000,
    cordonedAgainAt: testStartAt - 40_000,
    seenIdleAt: testStartAt - 30_000,
  },
}
const silent = { lastContactAt: testStartAt - 60 * MINUTE_MS }
const parking = { parked: { max: 1, forMs: MINUTE_MS } }
const stopped = { ...one(silent), machines: [aMachine({ name, state: 'stopped' })] }

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  ['is not drained', one(), []],
  [
    'is not terminated at the end of a drain that had begun',
    { ...one(), remember: (memory) => cordonedByOthers(memory, twice) },
    [],
  ],
  ['is not uncordoned for a task', { ...one(), tasks: [aTask({})] }, ['launch demand']],
  ['is not uncordoned for the minimum', { ...one(), pools: [aPool({ min: 1 })] }, ['launch min']],
  [
    'is not uncordoned for the buffer',
    { ...one(), pools: [aPool({ buffer: { slots: 1 } })] },
    ['launch buffer'],
  ],
  ['takes room', { ...one(), tasks: [aTask({})], pools: [aPool({ max: 1 })] }, []],
  ['is not terminated above a lowered maximum', { ...one(), pools: [aPool({ max: 0 })] }, []],
  ['is not renewed', { ...one(), pools: [aPool({ maxAgeMs: MINUTE_MS })] }, []],
  ['is not terminated when it sends no heartbeat', one(silent), []],
  ['is not started', { ...stopped, tasks: [aTask({})], pools: [aPool(parking)] }, ['launch demand']],
  ['is not terminated when it was stopped for long', { ...stopped, pools: [aPool(parking)] }, []],
  [
    'is terminated by an order to drain its machine',
    { ...one(), orders: { drained: new Set([name]) }, remember: (memory) => cordonedByOthers(memory, twice) },
    [`terminate ${name} drained`],
  ],
  [
    'is terminated by an order to replace its machine',
    {
      ...one(),
      orders: { replaced: new Set([name]) },
      remember: (memory) => cordonedByOthers(memory, twice),
    },
    [`terminate ${name} drained`],
  ],
  [
    'is terminated with its pool',
    {
      ...one(),
      orders: { drainedPools: new Set(['1']) },
      remember: (memory) => cordonedByOthers(memory, twice),
    },
    [`terminate ${name} drained`],
  ],
  [
    'is terminated with a pool that left the settings',
    {
      ...one(),
      pools: [aPool({ max: 0, isDrained: true })],
      remember: (memory) => cordonedByOthers(memory, twice),
    },
    [`terminate ${name} drained`],
  ],
  [
    'is terminated when its machine was for one task, and has had it',
    {
      ...one(),
      pools: [aPool({ mode: 'ephemeral' })],
      remember: (memory) => cordonedByOthers(memory, twice),
    },
    [`terminate ${name} drained`],
  ],
]

describe('an agent that somebody else cordoned', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(steps(planFor({ remember: cordonedByOthers, ...scenario }))).toEqual(expected)
  })

  test('is named by a hold, and has a state of its own', () => {
    const { holds, pools } = planFor({ ...one(), remember: cordonedByOthers })
    expect(holds).toEqual([
      {
        kind: 'hold',
        pool: '1',
        because: 'cordoned-by-others',
        reason:
          'cordoned by someone else: no_schedule is set, and not by the autoscaler. The machine is kept, takes no tasks and counts towards the limits. Clear no_schedule to use it again, or drain it to have it terminated',
        subject: name,
      },
    ])
    expect(pools[0]?.members.map(({ state }) => state)).toEqual(['cordoned'])
  })

  test('is what explain names for a task that has no other', () => {
    const task = aTask({ id: 'mine' })
    const scenario = { ...one(), tasks: [task], pools: [aPool({ max: 1 })], remember: cordonedByOthers }
    const explanation = explainTask('mine', reportFor(scenario))!
    expect(explanation.sentence).toBe(
      'Nothing comes for it yet (pool 1): the pool is at its limit of 1 machine, and 1 of its agents is cordoned by someone else.',
    )
    expect(explanation.agents).toEqual([
      {
        name,
        pool: '1',
        state: 'cordoned',
        why: 'it is cordoned by someone else: it takes no tasks until no_schedule is cleared',
      },
    ])
    expect(explanation.holds.map(({ because }) => because)).toContain('cordoned-by-others')
  })
})
