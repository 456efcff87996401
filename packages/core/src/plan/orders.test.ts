import { describe, expect, test } from 'vitest'
import type { Orders } from '../model/orders.ts'
import { aBootingAgent, aMachine, anAgent, aPool, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { ordersThatStand } from './orders.ts'
import { planFor, type Scenario, stepsByPool } from './scenario.ts'

const MINUTE_MS = 60_000
const [a, b] = ['pool-1-agent-a', 'pool-1-agent-b']
const idle = (names: readonly string[]) => ({
  agents: names.map((name) => anAgent({ name })),
  machines: names.map((name) => aMachine({ name })),
})
const drainedAlready = { cordoned: true, lastContactAt: testStartAt - 2_000 }

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  [
    'a paused pool launches nothing, and says so',
    { tasks: tasks(1), orders: { paused: new Set(['1']) } },
    ['1: hold pool-paused 1', '1: hold pool-paused'],
  ],
  [
    'a paused pool fills no minimum',
    { pools: [aPool({ min: 1 })], orders: { paused: 'all' } },
    ['1: hold pool-paused 1', '1: hold pool-paused'],
  ],
  ['a paused pool cordons nobody', { ...idle([a]), orders: { paused: 'all' } }, ['1: hold pool-paused']],
  [
    'a paused pool calls nobody back',
    {
      agents: [anAgent({ name: a, ...drainedAlready })],
      machines: [aMachine({ name: a })],
      tasks: tasks(1),
      orders: { paused: 'all' },
    },
    ['1: hold pool-paused 1', '1: hold pool-paused'],
  ],
  [
    'while one pool is paused another goes on',
    {
      pools: [aPool(), aPool({ id: '2' })],
      tasks: tasks(1),
      orders: { paused: new Set(['1']) },
    },
    ['2: launch demand', '1: hold pool-paused'],
  ],
  [
    'a protected machine that fails its tasks keeps no other of its pool from going',
    {
      ...idle([a, b, 'pool-1-agent-c']),
      orders: { protected: new Set([a]) },
      remember: (memory) => ({
        ...memory,
        quickFailures: new Map([[`id-of-${a}`, { inARow: 5, sinceAt: testStartAt - MINUTE_MS }]]),
        didWellAt: new Map([[`id-of-${b}`, testStartAt]]),
      }),
      pools: [aPool({ failingAfter: 5 })],
    },
    [`1: cordon ${b} idle`, '1: cordon pool-1-agent-c idle', '1: hold protected'],
  ],
  [
    'a pool that is drained starts no machine that was made by hand',
    {
      pools: [aPool({ max: 0 })],
      tasks: tasks(1),
      standing: [{ id: 'i-1', state: 'stopped', agentId: undefined }],
      orders: { drainedPools: new Set(['1']) },
    },
    ['1: hold pool-draining 1'],
  ],
  [
    'one that is kept as it never connected goes when somebody drains it',
    {
      pools: [aPool({ keepFailed: 1 })],
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - 40 * MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 40 * MINUTE_MS })],
      orders: { drained: new Set([a]) },
    },
    [`1: terminate ${a} lost`],
  ],
  [
    'one that is kept as it never connected holds up no other that is to be replaced',
    {
      pools: [aPool({ keepFailed: 1, idleTimeoutMs: 600 * MINUTE_MS })],
      agents: [anAgent({ name: b }), aBootingAgent({ name: a, createdAt: testStartAt - 40 * MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 40 * MINUTE_MS }), aMachine({ name: b })],
      orders: { replaced: new Set([b]) },
    },
    [`1: cordon ${b} asked`, `1: hold kept-failed`],
  ],
  [
    'a pool that is drained launches nothing, and gives up what it has, needed or not',
    {
      ...idle([a]),
      pools: [aPool({ min: 1 })],
      orders: { drainedPools: new Set(['1']) },
    },
    [`1: cordon ${a} asked`],
  ],
  [
    'a machine that is drained goes at once, also below the minimum; another comes',
    { ...idle([a]), pools: [aPool({ min: 1 })], orders: { drained: new Set([a]) } },
    ['1: launch renewal', `1: cordon ${a} asked`],
  ],
  [
    'a machine that is drained is cordoned while it works, and ended later',
    {
      ...idle([a]),
      tasks: [aTask({ state: 'running', agentId: `id-of-${a}` })],
      orders: { drained: new Set([a]) },
    },
    [`1: cordon ${a} asked`],
  ],
  [
    'a machine that is drained is not called back for a task',
    {
      agents: [anAgent({ name: a, ...drainedAlready })],
      machines: [aMachine({ name: a })],
      tasks: tasks(1),
      orders: { drained: new Set([a]) },
    },
    ['1: launch demand', `1: cordon ${a} carried-on`],
  ],
  [
    'a machine that is replaced stays until the new one is there',
    { ...idle([a]), pools: [aPool({ min: 1 })], orders: { replaced: new Set([a]) } },
    ['1: launch renewal'],
  ],
  [
    'a machine that is replaced goes when the new one is there',
    { ...idle([a, b]), pools: [aPool({ min: 1 })], orders: { replaced: new Set([a]) } },
    [`1: cordon ${a} asked`],
  ],
  [
    'a protected machine is not cordoned, idle as it is; the next one is',
    { ...idle([a, b]), pools: [aPool({ min: 0 })], orders: { protected: new Set([a]) } },
    [`1: cordon ${b} idle`, '1: hold protected'],
  ],
  [
    'a protected machine is not ended when its agent never came',
    {
      agents: [aBootingAgent({ name: a, createdAt: testStartAt - 30 * MINUTE_MS })],
      machines: [aMachine({ name: a, createdAt: testStartAt - 30 * MINUTE_MS })],
      orders: { protected: new Set([a]) },
    },
    ['1: hold protected'],
  ],
  [
    'a protected machine is not renewed either',
    {
      ...idle([a, b]),
      pools: [aPool({ min: 2, maxAgeMs: MINUTE_MS })],
      orders: { protected: new Set([a, b]) },
    },
    ['1: hold protected', '1: hold protected'],
  ],
]

describe('what people have asked for', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(stepsByPool(planFor(scenario))).toEqual(expected)
  })
})

describe('orders that stand', () => {
  const orders: Orders = {
    paused: new Set(['1', 'gone']),
    drainedPools: new Set(['gone']),
    drained: new Set([a, b]),
    replaced: new Set([b]),
    protected: new Set([a]),
  }
  const { pools } = planFor(idle([a]))

  test('those of machines and pools that are gone do not', () => {
    expect(ordersThatStand(orders, { pools }, true)).toEqual({
      paused: new Set(['1']),
      drainedPools: new Set(),
      drained: new Set([a]),
      replaced: new Set(),
      protected: new Set([a]),
    })
  })

  test('all do while something cannot be read', () => {
    expect(ordersThatStand(orders, { pools }, false)).toBe(orders)
  })
})
