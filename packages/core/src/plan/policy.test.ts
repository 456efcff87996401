import { describe, expect, test } from 'vitest'
import { MADE_FROM } from '../evidence/label-differences.ts'
import type { Agent } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import type { Memory } from '../model/memory.ts'
import type { Offering } from '../model/money.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import { Transient } from '../ports/errors.ts'
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
import { planFor, type Scenario, stepsByPool } from './scenario.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const usd = (amount: number) => ({ amount, currency: 'USD' })
const at = (amount: number, id = 'cx22'): readonly Offering[] => [{ id, hourlyPrice: eur(amount) }]
const small = (pool: Partial<PoolPolicy> = {}) => aPool({ id: 'small', ...pool })
const large = (pool: Partial<PoolPolicy> = {}) =>
  aPool({ id: 'large', offer: { ...usualLabels, size: 'large' }, ...pool })
const nameIn = (pool: string, letter: string) => `pool-${pool}-agent-${letter}`
const a = nameIn('small', 'a')
const b = nameIn('small', 'b')
const c = nameIn('small', 'c')
const justWorked = { lastWorkAt: testStartAt - 30_000 }
const labelled: Partial<Task> = { labels: { size: 'large' } }
const running = (name: string, more: Partial<Task> = {}) =>
  aTask({ id: `of-${name}`, state: 'running', agentId: `id-of-${name}`, ...more })
const members = (names: readonly string[], agent: Partial<Agent> = {}, machine: Partial<Machine> = {}) => ({
  agents: names.map((name) => anAgent({ name, ...justWorked, ...agent })),
  machines: names.map((name) => aMachine({ name, ...machine })),
})
const waitedFor = (ms: number) => (memory: Memory) => ({
  ...memory,
  pendingSince: new Map([...memory.pendingSince].map(([id]) => [id, testStartAt - ms])),
})
const liftedAgo =
  (pool: string, ...ms: readonly number[]) =>
  (memory: Memory): Memory => ({
    ...memory,
    interference: ms
      .toReversed()
      .map((ago) => ({ pool, name: a, at: testStartAt - ago, what: 'lifted' as const })),
  })
const spent = (day: number, month: number) => (memory: Memory) => ({
  ...memory,
  spent: {
    at: testStartAt,
    readAt: new Map(),
    keptReadAt: new Map(),
    listed: new Map(),
    day: { key: '2026-01-01', amounts: new Map([['EUR', day]]) },
    month: { key: '2026-01', amounts: new Map([['EUR', month]]) },
  },
})
const soldOut = (pool: string, offering: string) => (memory: Memory) => ({
  ...memory,
  refusedOfferings: new Map([
    [
      pool,
      new Map([
        [
          offering,
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
})
const drained =
  (name: string, because: 'paid-hour-ends' | 'idle', busyAgoMs: number) =>
  (memory: Memory): Memory => ({
    ...memory,
    agents: new Map(memory.agents).set(`id-of-${name}`, {
      ...memory.agents.get(`id-of-${name}`)!,
      lastSeenBusyAt: testStartAt - busyAgoMs,
      drain: {
        because,
        cordonedAt: testStartAt - 10 * MINUTE_MS,
        cordonedAtServer: testStartAt - 10 * MINUTE_MS,
        cordonedAgainAt: undefined,
        seenIdleAt: undefined,
      },
    }),
  })

type Case = readonly [string, Scenario, readonly string[]]

const whichPool: readonly Case[] = [
  [
    'the pool with the higher priority is asked first',
    { tasks: tasks(1), pools: [aPool({ id: 'x' }), aPool({ id: 'y', priority: 1 })] },
    ['y: launch demand'],
  ],
  [
    'of two with one priority, the cheaper one is asked',
    {
      tasks: tasks(1),
      pools: [aPool({ id: 'x' }), aPool({ id: 'y' })],
      offerings: { x: at(0.02), y: at(0.01) },
    },
    ['y: launch demand'],
  ],
  [
    'what counts is the price of a slot, and not of a machine',
    {
      tasks: tasks(1),
      pools: [aPool({ id: 'x', workflowsPerAgent: 4 }), aPool({ id: 'y' })],
      offerings: { x: at(0.02), y: at(0.01) },
    },
    ['x: launch demand'],
  ],
  [
    'priority counts more than price',
    {
      tasks: tasks(1),
      pools: [aPool({ id: 'x', priority: 1 }), aPool({ id: 'y' })],
      offerings: { x: at(0.9), y: at(0.01) },
    },
    ['x: launch demand'],
  ],
  [
    'a pool whose price nobody knows comes behind one whose price is known',
    { tasks: tasks(1), pools: [aPool({ id: 'x' }), aPool({ id: 'y' })], offerings: { y: at(5) } },
    ['y: launch demand'],
  ],
  [
    'prices of two currencies are not compared: the room decides',
    {
      tasks: tasks(1),
      pools: [aPool({ id: 'x' }), aPool({ id: 'y', max: 20 })],
      offerings: { x: at(0.01), y: [{ id: 't3', hourlyPrice: usd(9) }] },
    },
    ['y: launch demand'],
  ],
  [
    'at one price the pool with more room is asked',
    { tasks: tasks(1), pools: [aPool({ id: 'x', max: 5 }), aPool({ id: 'y', max: 6 })] },
    ['y: launch demand'],
  ],
  [
    'what is sold out at the moment is not the price that counts',
    {
      tasks: tasks(1),
      pools: [aPool({ id: 'x' }), aPool({ id: 'y' })],
      offerings: {
        x: [
          { id: 'cheap', hourlyPrice: eur(0.01) },
          { id: 'dear', hourlyPrice: eur(1) },
        ],
        y: at(0.5),
      },
      remember: soldOut('x', 'cheap'),
    },
    ['y: launch demand', 'x: hold offering-sold-out'],
  ],
  [
    'what does not fit into the first pool goes to the next',
    {
      tasks: tasks(3),
      pools: [aPool({ id: 'x', priority: 1, max: 2 }), aPool({ id: 'y' })],
    },
    ['x: launch demand', 'x: launch demand', 'y: launch demand'],
  ],
  [
    'a task that only one pool can take is not crowded out of it by others that have a choice',
    {
      tasks: [...tasks(2), aTask({ id: 'big', ...labelled })],
      pools: [large({ priority: 1, max: 2 }), small()],
    },
    ['large: launch demand', 'large: launch demand', 'small: launch demand'],
  ],
  [
    'a pool that cannot be listed launches nothing, and leaves its tasks to others',
    { tasks: tasks(1), pools: [small()], machines: new Transient('503') },
    ['small: hold machines-unknown'],
  ],
  [
    'a task that no pool can take is told once, and launches nothing',
    { tasks: [aTask({ labels: { size: 'huge' } })], pools: [small(), large()] },
    ['undefined: hold no-pool-matches 1'],
  ],
]

const byType: Partial<PoolPolicy> = { machineLabel: 'machine' }
const types = [...at(0.01, 'cx22:fsn1'), ...at(0.01, 'cx22:nbg1'), ...at(0.04, 'cx42:fsn1')]
const typeOf = (type: string): Partial<Task> => ({ labels: { machine: type } })

describe('the label of the machine type', () => {
  const launched = (scenario: Scenario) =>
    planFor({ watchedForMs: 12_000, ...scenario }).actions.map((action) =>
      action.kind === 'launch' ? action.machineType : action.kind,
    )

  test.each<readonly [string, Scenario, readonly (string | undefined)[]]>([
    [
      'a task chooses the type by it',
      { tasks: [aTask(typeOf('cx42'))], pools: [small(byType)], offerings: { small: types } },
      ['cx42'],
    ],
    [
      'a task without it gets the first',
      { tasks: tasks(1), pools: [small(byType)], offerings: { small: types } },
      ['cx22'],
    ],
    [
      'which is the first that is not sold out',
      {
        tasks: tasks(1),
        pools: [small(byType)],
        offerings: { small: [...at(0.01, 'cx22'), ...at(0.04, 'cx42')] },
        remember: soldOut('small', 'cx22'),
      },
      ['cx42'],
    ],
    [
      'one small and one large job get one machine each',
      {
        tasks: [aTask({ id: 's', ...typeOf('cx22') }), aTask({ id: 'l', ...typeOf('cx42') })],
        pools: [small(byType)],
        offerings: { small: types },
      },
      ['cx22', 'cx42'],
    ],
    [
      'a booting machine of the type serves the task',
      {
        tasks: [aTask(typeOf('cx42'))],
        pools: [small(byType)],
        offerings: { small: types },
        agents: [aBootingAgent({ name: a })],
        machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS, offering: 'cx42:fsn1' })],
      },
      [],
    ],
    [
      'one of another type does not',
      {
        tasks: [aTask(typeOf('cx42'))],
        pools: [small(byType)],
        offerings: { small: types },
        agents: [aBootingAgent({ name: a })],
        machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS, offering: 'cx22:fsn1' })],
      },
      ['cx42'],
    ],
    [
      'a launch that no list shows yet is remembered with its type',
      {
        tasks: [aTask(typeOf('cx42'))],
        pools: [small(byType)],
        offerings: { small: types },
        agents: [aBootingAgent({ name: a })],
        remember: (memory) => ({ ...memory, machineTypes: new Map([[a, 'cx42']]) }),
      },
      [],
    ],
    [
      'a type that is sold out holds up no task that wants another',
      {
        tasks: [aTask({ id: 'l', ...typeOf('cx42') }), aTask({ id: 's', ...typeOf('cx22') })],
        pools: [small(byType)],
        offerings: { small: types },
        remember: soldOut('small', 'cx42:fsn1'),
      },
      ['cx22'],
    ],
    [
      'without the setting the type is left to the pool',
      { tasks: tasks(1), pools: [small()], offerings: { small: types } },
      [undefined],
    ],
    [
      'a type that the pool does not have launches nothing',
      { tasks: [aTask(typeOf('cx99'))], pools: [small(byType)], offerings: { small: types } },
      [],
    ],
  ])('%s', (_, scenario, expected) => {
    expect(launched(scenario)).toEqual(expected)
  })

  test('a type that the pool does not have is named', () => {
    const { unmatched } = planFor({
      tasks: [aTask(typeOf('cx99'))],
      pools: [small(byType)],
      offerings: { small: types },
    })
    expect(unmatched[0]?.obstacles).toEqual([{ pool: 'small', label: 'machine=cx99', offered: 'cx22' }])
  })
})

const old = { labels: { ...usualLabels, [MADE_FROM]: 'old' } }

const howMany: readonly Case[] = [
  [
    'while the queue cannot be read nobody knows what is free: no buffer is filled',
    { pools: [small({ buffer: { slots: 2 } })], ...members([a, b]), tasks: new Transient('500') },
    ['undefined: hold queue-unknown'],
  ],
  [
    'a machine that is stopped costs nothing by the hour',
    {
      tasks: [aTask(labelled)],
      pools: [small({ parked: { max: 2, forMs: 10 * HOUR_MS } }), large()],
      ...members(
        [a, b],
        { cordoned: true, lastContactAt: testStartAt - 20 * MINUTE_MS },
        { state: 'stopped', hourlyPrice: eur(1) },
      ),
      offerings: { small: at(1), large: at(1) },
      fleet: { maxHourlyCost: eur(2) },
    },
    ['large: launch demand'],
  ],
  [
    'a task that comes keeps one agent, not all',
    {
      tasks: [
        aTask({ id: 'up', state: 'running', agentId: `id-of-${a}` }),
        ...tasks(2, { state: 'waiting', dependencies: ['up'] }),
      ],
      pools: [small({ prewarm: true })],
      ...members([a, b, c], { lastWorkAt: testStartAt - HOUR_MS }),
    },
    [`small: cordon ${b} idle`],
  ],
  [
    'free slots are kept beyond what tasks need',
    { tasks: tasks(1), pools: [small({ buffer: { slots: 2 } })] },
    ['small: launch demand', 'small: launch buffer', 'small: launch buffer'],
  ],
  [
    'a free agent counts for the buffer',
    { pools: [small({ buffer: { slots: 2 } })], ...members([a]) },
    ['small: launch buffer'],
  ],
  [
    'one that a task is counted on does not',
    { tasks: tasks(1), remember: waitedFor(0), pools: [small({ buffer: { slots: 1 } })], ...members([a]) },
    ['small: launch buffer'],
  ],
  [
    'agents that boot count for the buffer',
    {
      pools: [small({ buffer: { slots: 1 } })],
      agents: [aBootingAgent({ name: a })],
      machines: [aMachine({ name: a, createdAt: testStartAt - MINUTE_MS })],
    },
    [],
  ],
  [
    'a buffer of a share of the busy slots is rounded up',
    {
      tasks: [running(a), running(b), running(c)],
      pools: [small({ buffer: { share: 0.5 } })],
      ...members([a, b, c]),
    },
    ['small: launch buffer', 'small: launch buffer'],
  ],
  ['a share of nothing is nothing', { pools: [small({ buffer: { share: 0.5 } })] }, []],
  [
    'agents of several slots fill a buffer sooner',
    { pools: [small({ buffer: { slots: 3 }, workflowsPerAgent: 2 })] },
    ['small: launch buffer', 'small: launch buffer'],
  ],
  [
    'the minimum counts for the buffer',
    { pools: [small({ min: 2, buffer: { slots: 2 } })] },
    ['small: launch min', 'small: launch min'],
  ],
  [
    'a cordoned agent is called back for the buffer before a new one is launched',
    { pools: [small({ buffer: { slots: 1 } })], ...members([a], { cordoned: true }) },
    [`small: uncordon ${a} buffer`],
  ],
  [
    'the maximum holds the buffer too, and says so',
    { pools: [small({ buffer: { slots: 3 }, max: 1 })] },
    ['small: launch buffer', 'small: hold at-max 2'],
  ],
  [
    'above a lowered maximum nobody is called back for the buffer',
    {
      pools: [small({ buffer: { slots: 2 }, max: 1 })],
      agents: [anAgent({ name: a, ...justWorked }), anAgent({ name: b, cordoned: true, ...justWorked })],
      machines: [aMachine({ name: a }), aMachine({ name: b })],
    },
    [`small: cordon ${b} carried-on`, 'small: hold at-max 1'],
  ],
  [
    'an idle agent that the buffer needs stays, however long it was idle',
    { pools: [small({ buffer: { slots: 1 } })], ...members([a], { lastWorkAt: testStartAt - HOUR_MS }) },
    [],
  ],
  [
    'one idle agent more than the buffer needs goes',
    { pools: [small({ buffer: { slots: 1 } })], ...members([a, b], { lastWorkAt: testStartAt - HOUR_MS }) },
    [`small: cordon ${a} idle`],
  ],
  [
    'without prewarm a task that waits on a running one launches nothing',
    {
      tasks: [running(a), aTask({ id: 'x', state: 'waiting', dependencies: [`of-${a}`] })],
      pools: [small()],
      ...members([a]),
    },
    [],
  ],
  [
    'with prewarm the slot that becomes free serves one of the tasks that come next; the others get machines',
    {
      tasks: [running(a), ...tasks(3, { state: 'waiting', dependencies: [`of-${a}`] })],
      pools: [small({ prewarm: true })],
      ...members([a]),
    },
    ['small: launch prewarm', 'small: launch prewarm'],
  ],
  [
    'a task that waits on one which is itself pending is not prewarmed',
    {
      tasks: [aTask({ id: 'first' }), ...tasks(2, { state: 'waiting', dependencies: ['first'] })],
      pools: [small({ prewarm: true })],
    },
    ['small: launch demand'],
  ],
  [
    'a free agent serves a task that comes next, and is kept for it',
    {
      tasks: [running(a), ...tasks(2, { state: 'waiting', dependencies: [`of-${a}`] })],
      pools: [small({ prewarm: true })],
      ...members([a, b], { lastWorkAt: testStartAt - HOUR_MS }),
    },
    [],
  ],
  [
    'a task that has not waited for the delay launches nothing, and it is said why',
    { tasks: tasks(1), pools: [small({ scaleUpDelayMs: MINUTE_MS })], remember: waitedFor(20_000) },
    ['small: hold scale-up-delay 1'],
  ],
  [
    'a task that has waited for the delay launches',
    { tasks: tasks(1), pools: [small({ scaleUpDelayMs: MINUTE_MS })], remember: waitedFor(MINUTE_MS) },
    ['small: launch demand'],
  ],
  [
    'a cordoned agent is called back without any delay',
    {
      tasks: tasks(1),
      pools: [small({ scaleUpDelayMs: MINUTE_MS })],
      ...members([a], { cordoned: true }),
      remember: waitedFor(1_000),
    },
    [`small: uncordon ${a} demand`],
  ],
  [
    'a pool with a delay leaves the task to one without',
    {
      tasks: tasks(1),
      pools: [aPool({ id: 'x', priority: 1, scaleUpDelayMs: MINUTE_MS }), aPool({ id: 'y' })],
      remember: waitedFor(20_000),
    },
    ['y: launch demand'],
  ],
  [
    'no more than a batch is launched in one look',
    { tasks: tasks(5), pools: [small({ batch: 2 })] },
    ['small: launch demand', 'small: launch demand', 'small: hold batch 3'],
  ],
  [
    'all pools together have no more machines than the fleet may have',
    {
      tasks: tasks(5),
      pools: [aPool({ id: 'x', priority: 1, max: 2 }), aPool({ id: 'y' })],
      fleet: { maxMachines: 3 },
    },
    ['x: launch demand', 'x: launch demand', 'y: launch demand', 'x: hold at-max 2'],
  ],
  [
    'machines of all pools count for the fleet',
    {
      tasks: [running(a), ...tasks(2)],
      pools: [small(), large({ priority: -1 })],
      ...members([a]),
      fleet: { maxMachines: 2 },
    },
    ['small: launch demand', 'small: hold fleet-at-max 1'],
  ],
  [
    'what machines cost by the hour stays under its cap',
    { tasks: tasks(5), pools: [small()], offerings: { small: at(0.4) }, fleet: { maxHourlyCost: eur(1) } },
    ['small: launch demand', 'small: launch demand', 'small: hold hourly-cost 3'],
  ],
  [
    'it counts what runs already at its own price',
    {
      tasks: [running(a), ...tasks(2)],
      pools: [small()],
      ...members([a], {}, { hourlyPrice: eur(0.9) }),
      offerings: { small: at(0.1) },
      fleet: { maxHourlyCost: eur(1) },
    },
    ['small: launch demand', 'small: hold hourly-cost 1'],
  ],
  [
    'where the first offering may be sold out, the dearest counts for the cap',
    {
      tasks: tasks(3),
      pools: [small()],
      offerings: { small: [...at(0.1), ...at(0.6, 'cx52')] },
      fleet: { maxHourlyCost: eur(1) },
    },
    ['small: launch demand', 'small: hold hourly-cost 2'],
  ],
  [
    'without a price nothing is launched under a cap, and it is said why',
    { tasks: tasks(1), pools: [small()], fleet: { maxHourlyCost: eur(1) } },
    ['small: hold price-unknown 1'],
  ],
  [
    'a price in another currency is as good as none',
    {
      tasks: tasks(1),
      pools: [small()],
      offerings: { small: at(0.1) },
      fleet: { maxHourlyCost: usd(10) },
    },
    ['small: hold price-unknown 1'],
  ],
  [
    'when the money of the day is spent nothing is launched, and nothing is ended',
    {
      tasks: [running(a), ...tasks(2)],
      pools: [small()],
      ...members([a]),
      fleet: { maxSpendPerDay: eur(5) },
      remember: spent(5, 5),
    },
    ['small: hold spend-cap 2'],
  ],
  [
    'the same for the month',
    { tasks: tasks(1), pools: [small()], fleet: { maxSpendPerMonth: eur(90) }, remember: spent(1, 90.5) },
    ['small: hold spend-cap 1'],
  ],
  [
    'below the cap it goes on',
    {
      tasks: tasks(1),
      pools: [small()],
      fleet: { maxSpendPerDay: eur(5) },
      offerings: { small: at(0.01) },
      remember: spent(4.99, 90),
    },
    ['small: launch demand'],
  ],
  [
    'what nobody can count is not spent: without a price in the currency of the cap nothing is launched',
    {
      tasks: tasks(1),
      pools: [small()],
      fleet: { maxSpendPerMonth: eur(5) },
      offerings: { small: [{ id: 'm8g.large', hourlyPrice: usd(0.01) }] },
      remember: spent(0, 0),
    },
    ['small: hold price-unknown 1'],
  ],
]

// The scenarios' moment is Thursday, 1 January 2026, 00:00 UTC: 01:00 in Berlin.
const whenever: readonly Case[] = [
  [
    'in the hours of a schedule its minimum counts',
    {
      pools: [small({ schedules: [{ cron: '0 22 * * *', timeZone: 'UTC', forMs: 3 * HOUR_MS, min: 2 }] })],
    },
    ['small: launch min', 'small: launch min'],
  ],
  [
    'before and after it does not',
    {
      pools: [
        small({ schedules: [{ cron: '0 22 * * *', timeZone: 'UTC', forMs: 2 * HOUR_MS - 1, min: 2 }] }),
      ],
    },
    [],
  ],
  [
    'the clocks are those of its time zone',
    {
      pools: [
        small({ schedules: [{ cron: '0 1 * * 4', timeZone: 'Europe/Berlin', forMs: MINUTE_MS, min: 1 }] }),
      ],
    },
    ['small: launch min'],
  ],
  [
    'a schedule may lower the maximum: what is above is drained',
    {
      tasks: tasks(1),
      remember: waitedFor(0),
      pools: [small({ schedules: [{ cron: '0 0 * * *', timeZone: 'UTC', forMs: HOUR_MS, max: 1 }] })],
      ...members([a, b]),
    },
    [`small: cordon ${a} over-max`],
  ],
  [
    'a schedule with a maximum below the minimum lowers both',
    {
      pools: [small({ min: 3, schedules: [{ cron: '0 0 * * *', timeZone: 'UTC', forMs: HOUR_MS, max: 0 }] })],
    },
    [],
  ],
  [
    'of two schedules at once the later one in the list counts',
    {
      pools: [
        small({
          schedules: [
            { cron: '0 0 * * *', timeZone: 'UTC', forMs: HOUR_MS, min: 3 },
            { cron: '0 0 * * *', timeZone: 'UTC', forMs: HOUR_MS, min: 1 },
          ],
        }),
      ],
    },
    ['small: launch min'],
  ],
  [
    'a schedule may have a buffer of its own',
    {
      pools: [
        small({
          schedules: [{ cron: '* * * * *', timeZone: 'UTC', forMs: MINUTE_MS, buffer: { slots: 1 } }],
        }),
      ],
    },
    ['small: launch buffer'],
  ],
]

const longAgo = testStartAt - 40 * MINUTE_MS

const whoGoes: readonly Case[] = [
  [
    'the dearest goes first, where the pool has it so',
    {
      pools: [small({ min: 1, shrinkOrder: ['dearest', 'idlest'] })],
      agents: [anAgent({ name: a, lastWorkAt: longAgo }), anAgent({ name: b })],
      machines: [aMachine({ name: a, hourlyPrice: eur(0.1) }), aMachine({ name: b, hourlyPrice: eur(0.2) })],
    },
    [`small: cordon ${b} idle`],
  ],
  [
    'the oldest goes first, where the pool has it so',
    {
      pools: [small({ min: 1, shrinkOrder: ['oldest'] })],
      agents: [
        anAgent({ name: a, lastWorkAt: longAgo }),
        anAgent({ name: b, createdAt: testStartAt - 5 * HOUR_MS }),
      ],
      machines: [aMachine({ name: a }), aMachine({ name: b, createdAt: testStartAt - 5 * HOUR_MS })],
    },
    [`small: cordon ${b} idle`],
  ],
  [
    'of those that were idle for the same time the dearer one goes first',
    {
      pools: [small({ min: 1 })],
      agents: [anAgent({ name: a }), anAgent({ name: b })],
      machines: [aMachine({ name: a, hourlyPrice: eur(0.1) }), aMachine({ name: b, hourlyPrice: eur(0.2) })],
    },
    [`small: cordon ${b} idle`],
  ],
  [
    'two half-busy agents both stay without packing',
    {
      tasks: [running(a), running(b)],
      pools: [small({ workflowsPerAgent: 2 })],
      ...members([a, b], { capacity: 2 }),
    },
    [],
  ],
  [
    'with packing one of them is drained, as the other has room for what it could take',
    {
      tasks: [running(a), running(b)],
      pools: [small({ workflowsPerAgent: 2, packing: true })],
      ...members([a, b], { capacity: 2 }),
    },
    [`small: cordon ${a} packing`],
  ],
  [
    'packing drains nobody while another drains',
    {
      tasks: [running(a), running(b), running(c)],
      pools: [small({ workflowsPerAgent: 2, packing: true })],
      agents: [
        ...members([a, b], { capacity: 2 }).agents,
        anAgent({ name: c, capacity: 2, cordoned: true, ...justWorked }),
      ],
      machines: [aMachine({ name: a }), aMachine({ name: b }), aMachine({ name: c })],
    },
    ['small: hold may-work'],
  ],
  [
    'packing leaves two agents alone whose tasks do not fit on one',
    {
      tasks: [running(a), running(a, { id: 'a2' }), running(b), running(b, { id: 'b2' })],
      pools: [small({ workflowsPerAgent: 3, packing: true })],
      ...members([a, b], { capacity: 3 }),
    },
    [],
  ],
  [
    'packing keeps the minimum',
    {
      tasks: [running(a), running(b)],
      pools: [small({ min: 2, workflowsPerAgent: 2, packing: true })],
      ...members([a, b], { capacity: 2 }),
    },
    [],
  ],
  [
    'a machine older than it may be is cordoned, idle or not',
    {
      tasks: [running(a)],
      pools: [small({ maxAgeMs: HOUR_MS })],
      ...members([a, b], {}, { createdAt: testStartAt - 2 * HOUR_MS }),
    },
    [`small: cordon ${b} max-age`],
  ],
  [
    'one of them at a time, busy ones too',
    {
      tasks: [running(a)],
      pools: [small({ maxAgeMs: HOUR_MS })],
      ...members([a], {}, { createdAt: testStartAt - 2 * HOUR_MS }),
    },
    [`small: cordon ${a} max-age`],
  ],
  [
    'machines that were made together do not go together: up to a tenth later',
    {
      pools: [small({ maxAgeMs: HOUR_MS })],
      ...members([a], {}, { createdAt: testStartAt - HOUR_MS - 1 }),
    },
    [],
  ],
  [
    'where the minimum needs it, the replacement comes first',
    {
      pools: [small({ min: 1, maxAgeMs: HOUR_MS })],
      ...members([a], {}, { createdAt: testStartAt - 2 * HOUR_MS }),
    },
    ['small: launch renewal'],
  ],
  [
    'the old one stays until its replacement has connected',
    {
      pools: [small({ min: 1, madeFrom: 'new' })],
      agents: [...members([a], old).agents, aBootingAgent({ name: b })],
      machines: [aMachine({ name: a }), aMachine({ name: b, createdAt: testStartAt - MINUTE_MS })],
    },
    [],
  ],
  [
    'a buffer keeps its slots while it is renewed',
    { pools: [small({ buffer: { slots: 1 }, madeFrom: 'new' })], ...members([a], old) },
    ['small: launch renewal'],
  ],
  [
    'what cannot be replaced stays, old as it is',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a, b], old),
      fleet: { maxSpendPerDay: eur(1) },
      remember: spent(5, 5),
    },
    [],
  ],
  [
    'one that is being cordoned for it counts',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a, b], old),
      inFlight: [
        { kind: 'cordon', pool: 'small', name: a, agentId: `id-of-${a}`, startedAt: testStartAt - 1_000 },
      ],
    },
    [],
  ],
  [
    'where there is no room for a replacement, the old one makes room',
    {
      pools: [small({ min: 1, max: 1, maxAgeMs: HOUR_MS })],
      ...members([a], {}, { createdAt: testStartAt - 2 * HOUR_MS }),
    },
    [`small: cordon ${a} max-age`],
  ],
  [
    'one at a time',
    {
      pools: [small({ min: 2, max: 2, maxAgeMs: HOUR_MS })],
      ...members([a, b], {}, { createdAt: testStartAt - 2 * HOUR_MS }),
    },
    [`small: cordon ${a} max-age`],
  ],
  [
    'when the replacement is there, the old one goes',
    {
      pools: [small({ min: 1, maxAgeMs: HOUR_MS })],
      agents: members([a, b]).agents,
      machines: [
        aMachine({ name: a, createdAt: testStartAt - 2 * HOUR_MS }),
        aMachine({ name: b, createdAt: testStartAt - 5 * MINUTE_MS }),
      ],
    },
    [`small: cordon ${a} max-age`],
  ],
  [
    'a machine that was made from other settings is renewed',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a], { labels: { ...usualLabels, [MADE_FROM]: 'old' } }),
    },
    [`small: cordon ${a} drifted`],
  ],
  [
    'two machines of one name share one agent: both are renewed',
    { pools: [small()], ...members([a], {}, { copies: 2 }) },
    [`small: cordon ${a} copied`],
  ],
  [
    'while one that is to be renewed must be kept, what came in its place is kept too, idle as it is',
    {
      pools: [small({ min: 1, madeFrom: 'new', idleTimeoutMs: 0 })],
      agents: [
        anAgent({
          name: a,
          createdAt: testStartAt - 30 * MINUTE_MS,
          labels: { ...usualLabels, [MADE_FROM]: 'old' },
        }),
        anAgent({
          name: b,
          createdAt: testStartAt - MINUTE_MS,
          labels: { ...usualLabels, [MADE_FROM]: 'new' },
        }),
      ],
      machines: [aMachine({ name: a }), aMachine({ name: b })],
      remember: (memory) => ({
        ...memory,
        disturbance: {
          at: testStartAt - 2 * MINUTE_MS,
          kind: 'away',
          awaySince: testStartAt - 3 * MINUTE_MS,
        },
        launchEndedAt: new Map([[b, testStartAt - MINUTE_MS]]),
      }),
    },
    ['small: hold after-restart'],
  ],
  [
    'for some minutes after somebody else has lifted such a cordon, it is not',
    {
      pools: [small({ madeFrom: 'new', maxAgeMs: HOUR_MS })],
      ...members([a], old, { createdAt: testStartAt - 2 * HOUR_MS }),
      remember: liftedAgo('small', 9 * MINUTE_MS),
    },
    [],
  ],
  [
    'after these minutes it is',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a], old),
      remember: liftedAgo('small', 10 * MINUTE_MS),
    },
    [`small: cordon ${a} drifted`],
  ],
  [
    'after the second one it is not for an hour, and the reason is said',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a], old),
      remember: liftedAgo('small', 59 * MINUTE_MS, 70 * MINUTE_MS),
    },
    ['small: hold running-twice'],
  ],
  [
    'a cordon that was lifted in another pool does not matter',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a], old),
      remember: liftedAgo('big', MINUTE_MS),
    },
    [`small: cordon ${a} drifted`],
  ],
  [
    'one that was made from the same is not',
    {
      pools: [small({ madeFrom: 'new' })],
      ...members([a], { labels: { ...usualLabels, [MADE_FROM]: 'new' } }),
    },
    [],
  ],
  [
    'one of an earlier program, which marked nothing, is not',
    { pools: [small({ madeFrom: 'new' })], ...members([a]) },
    [],
  ],
  [
    'a drifted agent that a task is counted on stays for that',
    {
      tasks: tasks(1),
      remember: waitedFor(0),
      pools: [small({ madeFrom: 'new' })],
      ...members([a], { labels: { ...usualLabels, [MADE_FROM]: 'old' } }),
    },
    [],
  ],
  [
    'a drifted agent is never called back',
    {
      tasks: tasks(1),
      pools: [small({ madeFrom: 'new' })],
      ...members([a], { cordoned: true, labels: { ...usualLabels, [MADE_FROM]: 'old' } }),
    },
    ['small: launch demand', `small: cordon ${a} carried-on`],
  ],
  [
    'a stopped machine that is to be renewed is ended, as nobody would start it again',
    {
      pools: [small({ madeFrom: 'new', parked: { max: 2, forMs: HOUR_MS } })],
      ...members(
        [a],
        {
          cordoned: true,
          labels: { ...usualLabels, [MADE_FROM]: 'old' },
          lastContactAt: testStartAt - 5 * MINUTE_MS,
        },
        { state: 'stopped' },
      ),
    },
    [`small: terminate ${a} parked`],
  ],
  [
    'paid by the hour: an agent that worked past its hour serves the hour that was bought',
    {
      pools: [small({ billing: 'hour' })],
      ...members([a], { cordoned: true }, { createdAt: testStartAt - 65 * MINUTE_MS }),
      remember: drained(a, 'paid-hour-ends', MINUTE_MS),
    },
    [`small: uncordon ${a} hour-bought`, 'small: hold paid-hour'].slice(0, 1),
  ],
  [
    'also one that was idle, and not gone in time',
    {
      pools: [small({ billing: 'hour' })],
      ...members(
        [a],
        { cordoned: true, lastWorkAt: testStartAt - 30 * MINUTE_MS },
        { createdAt: testStartAt - 65 * MINUTE_MS },
      ),
      remember: drained(a, 'paid-hour-ends', 30 * MINUTE_MS),
    },
    [`small: uncordon ${a} hour-bought`],
  ],
  [
    'one that was cordoned for another reason goes',
    {
      pools: [small({ billing: 'hour' })],
      ...members([a], { cordoned: true }, { createdAt: testStartAt - 65 * MINUTE_MS }),
      remember: drained(a, 'idle', MINUTE_MS),
    },
    [`small: cordon ${a} carried-on`],
  ],
  [
    'one that becomes idle too late to be gone before the next hour is kept for that',
    {
      pools: [small({ billing: 'hour' })],
      ...members([a], {}, { createdAt: testStartAt - 60 * MINUTE_MS + 40_000 }),
    },
    [],
  ],
]

const failures = (inARow: number, others: readonly (readonly [string, number])[]) => (memory: Memory) => ({
  ...memory,
  quickFailures: new Map([[`id-of-${a}`, { inARow, sinceAt: testStartAt - MINUTE_MS }]]),
  didWellAt: new Map(others.map(([name, agoMs]) => [`id-of-${name}`, testStartAt - agoMs])),
})

const whoFails: readonly Case[] = [
  [
    'an agent on which every task fails at once is cordoned, while others do well',
    {
      tasks: [running(a)],
      pools: [small({ failingAfter: 5 })],
      ...members([a, b]),
      remember: failures(5, [[b, 10_000]]),
    },
    [`small: cordon ${a} failing`],
  ],
  [
    'not when one failure is missing',
    {
      tasks: [running(a)],
      pools: [small({ failingAfter: 5 })],
      ...members([a, b]),
      remember: failures(4, [[b, 10_000]]),
    },
    [],
  ],
  [
    'not when nobody does well: it is what was pushed',
    {
      tasks: [running(a)],
      pools: [small({ failingAfter: 5 })],
      ...members([a, b]),
      remember: failures(9, []),
    },
    [],
  ],
  [
    'nor when others did well before it began only',
    {
      tasks: [running(a)],
      pools: [small({ failingAfter: 5 })],
      ...members([a, b]),
      remember: failures(9, [[b, 2 * MINUTE_MS]]),
    },
    [],
  ],
  [
    'it is not called back, and it is said why',
    {
      tasks: [aTask(), running(a)],
      pools: [small({ failingAfter: 5 })],
      ...members([a], { cordoned: true, capacity: 2 }),
      remember: failures(5, [[b, 10_000]]),
    },
    ['small: launch demand', 'small: hold may-work', 'small: hold failing-agent'],
  ],
  [
    'without the setting nobody is given up',
    {
      tasks: [running(a)],
      pools: [small()],
      ...members([a, b]),
      remember: failures(50, [[b, 10_000]]),
    },
    [],
  ],
]

const once: Partial<PoolPolicy> = { mode: 'ephemeral' }

const oneTask: readonly Case[] = [
  [
    'each task gets a machine',
    { tasks: tasks(2), pools: [small(once)] },
    Array(2).fill('small: launch demand'),
  ],
  [
    'an agent is cordoned as soon as its task runs',
    { tasks: [running(a)], pools: [small(once)], ...members([a], { lastWorkAt: undefined }) },
    [`small: cordon ${a} one-task`],
  ],
  [
    'an agent that has had its task is no supply',
    { tasks: tasks(1), pools: [small(once)], ...members([a]) },
    ['small: launch demand', `small: cordon ${a} one-task`],
  ],
  [
    'one that waits ready takes a task',
    {
      tasks: tasks(1),
      remember: waitedFor(0),
      pools: [small(once)],
      ...members([a], { lastWorkAt: undefined }),
    },
    [],
  ],
  [
    'it is never called back',
    { tasks: tasks(1), pools: [small(once)], ...members([a], { cordoned: true }) },
    ['small: launch demand', `small: cordon ${a} carried-on`],
  ],
  [
    'when its agent has left after its task, its machine is ended at once',
    {
      pools: [small(once)],
      ...members([a], { cordoned: true, lastContactAt: testStartAt - 40_000 }),
    },
    [`small: terminate ${a} one-task`],
  ],
  [
    'not before a list has shown that machine: a cloud that does not find it would call it gone',
    {
      pools: [small(once)],
      agents: [
        anAgent({
          name: a,
          createdAt: testStartAt - 90_000,
          cordoned: true,
          ...justWorked,
          lastContactAt: testStartAt - 40_000,
        }),
      ],
    },
    ['small: hold may-appear'],
  ],
  [
    'not while the database has a task of it',
    {
      pools: [small(once)],
      ...members([a], { cordoned: true, lastContactAt: testStartAt - 40_000 }),
      work: { workingAgentIds: new Set([`id-of-${a}`]), runningTaskIds: new Set() },
    },
    ['small: hold may-work'],
  ],
  [
    'not when the database cannot be asked',
    {
      pools: [small(once)],
      ...members([a], { cordoned: true, lastContactAt: testStartAt - 40_000 }),
      work: new Transient('503'),
    },
    ['undefined: hold evidence-unknown', 'small: hold evidence-unknown'],
  ],
  [
    'one whose agent left without any task is ended after a minute, and not waited for',
    {
      pools: [small(once)],
      ...members([a], { lastWorkAt: undefined, lastContactAt: testStartAt - 61_000 }),
    },
    [`small: terminate ${a} silent`],
  ],
  [
    'warm ones wait ready beside those that work',
    {
      tasks: [running(a)],
      pools: [small({ ...once, buffer: { slots: 1 } })],
      ...members([a], { lastWorkAt: undefined }),
    },
    ['small: launch buffer', `small: cordon ${a} one-task`],
  ],
  [
    'the minimum is of those that still have no task',
    {
      tasks: [running(a)],
      pools: [small({ ...once, min: 1 })],
      ...members([a], { lastWorkAt: undefined, cordoned: true }),
    },
    ['small: launch min', 'small: hold may-work'],
  ],
]

describe.each([
  ['which pool serves which task', whichPool],
  ['how many', howMany],
  ['at which times', whenever],
  ['who goes', whoGoes],
  ['who fails', whoFails],
  ['one task, one machine', oneTask],
])('%s', (_, cases) => {
  test.each(cases)('%s', (__, scenario, expected) => {
    expect(stepsByPool(planFor({ watchedForMs: 2 * HOUR_MS, ...scenario }))).toEqual(expected)
  })
})
