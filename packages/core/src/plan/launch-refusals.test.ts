import { describe, expect, test } from 'vitest'
import type { BackOff, JudgedLaunch, Memory, RefusedOffering } from '../model/memory.ts'
import type { Operation } from '../model/snapshot.ts'
import { aBootingAgent, aMachine, aPool, tasks, testStartAt } from '../testing/builders.ts'
import { planFor, type Scenario } from './scenario.ts'

const MINUTE_MS = 60_000

const failed = (backOff: Partial<BackOff> = {}): BackOff => ({
  sinceAt: testStartAt - MINUTE_MS,
  untilAt: testStartAt - 1_000,
  failures: 1,
  why: '503',
  kind: 'transient',
  ...backOff,
})
const poolFailed =
  (backOff: Partial<BackOff>, more: Partial<Memory> = {}) =>
  (memory: Memory): Memory => ({ ...memory, backOff: new Map([['1', failed(backOff)]]), ...more })
const serverFailed =
  (backOff: Partial<BackOff>) =>
  (memory: Memory): Memory => ({ ...memory, serverBackOff: failed(backOff) })
const launching = (name: string, startedAt: number, pool = '1'): Operation => ({
  kind: 'launch',
  pool,
  name: `pool-${pool}-agent-${name}`,
  startedAt,
})

/** How many are launched in each pool, and why no more. */
function outcome(scenario: Scenario): readonly string[] {
  const { actions, holds } = planFor(scenario)
  const launches = Map.groupBy(actions, ({ pool }) => pool)
  return [
    ...[...launches].map(([pool, of]) => `${pool} launches ${of.length}`),
    ...holds.map(
      ({ pool, because, reason, wanted }) => `${pool ?? 'all'} ${because} (${wanted ?? '-'}): ${reason}`,
    ),
  ]
}

const three = { tasks: tasks(3) }
const euros = (amount: number) => ({ amount, currency: 'EUR' })
const offering = (id: string, amount: number) => ({ id, hourlyPrice: euros(amount) })
const elsewhere = { sinceAt: testStartAt - MINUTE_MS }

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  [
    'the pause after a failure is not over',
    { ...three, remember: poolFailed({ untilAt: testStartAt + 1 }) },
    ['1 backing-off (3): the last launch failed: 503'],
  ],
  [
    'the pause is over: one is tried first',
    { ...three, remember: poolFailed({ untilAt: testStartAt }) },
    ['1 launches 1', '1 backing-off (2): one is tried first, as the last launch failed: 503'],
  ],
  [
    'the pause is over, and one is being tried',
    {
      ...three,
      inFlight: [launching('a', testStartAt - MINUTE_MS)],
      remember: poolFailed(elsewhere),
    },
    ['1 backing-off (2): one is tried first, as the last launch failed: 503'],
  ],
  [
    'one that began before the failure tries nothing',
    {
      ...three,
      inFlight: [launching('a', testStartAt - MINUTE_MS - 1)],
      remember: poolFailed(elsewhere),
    },
    ['1 launches 1', '1 backing-off (1): one is tried first, as the last launch failed: 503'],
  ],
  [
    'the pause was over ten minutes ago',
    { ...three, remember: poolFailed({ untilAt: testStartAt - 10 * MINUTE_MS }) },
    ['1 launches 1', '1 backing-off (2): one is tried first, as the last launch failed: 503'],
  ],
  [
    'the pause was over longer ago: it says nothing any more',
    { ...three, remember: poolFailed({ untilAt: testStartAt - 10 * MINUTE_MS - 1 }) },
    ['1 launches 3'],
  ],
  [
    'no record could be made, a moment ago',
    { ...three, remember: serverFailed({ untilAt: testStartAt + 1 }) },
    ['1 server-backing-off (3): no record can be made: 503'],
  ],
  [
    'no record could be made, and the pause is over: one is tried first, of all pools',
    {
      tasks: [...tasks(3)],
      pools: [aPool(), aPool({ id: '2' })],
      remember: serverFailed({ untilAt: testStartAt }),
    },
    ['1 launches 1', '1 server-backing-off (2): one is tried first, as no record could be made: 503'],
  ],
  [
    'no record could be made, and one is being tried',
    { ...three, inFlight: [launching('a', testStartAt - MINUTE_MS)], remember: serverFailed(elsewhere) },
    ['1 server-backing-off (2): one is tried first, as no record could be made: 503'],
  ],
  [
    'no record could be made, but one that is being tried has its record: the server is well',
    {
      ...three,
      inFlight: [launching('a', testStartAt - MINUTE_MS)],
      agents: [aBootingAgent({ name: 'pool-1-agent-a' })],
      remember: serverFailed(elsewhere),
    },
    ['1 launches 2'],
  ],
  [
    'no record could be made, and one that has its record began before that: it shows nothing',
    {
      ...three,
      inFlight: [launching('a', testStartAt - MINUTE_MS - 1)],
      agents: [aBootingAgent({ name: 'pool-1-agent-a' })],
      remember: serverFailed(elsewhere),
    },
    ['1 launches 1', '1 server-backing-off (1): one is tried first, as no record could be made: 503'],
  ],
  [
    'the first of two offerings is the dearer one, and above what an hour may cost',
    { ...three, fleet: { maxHourlyCost: euros(2) }, offerings: { 1: [offering('a', 3), offering('b', 1)] } },
    [
      '1 hourly-cost (3): 3 more would be of use, but machines may cost 2 EUR an hour, and cost 0.00 with 3 for one more',
    ],
  ],
  [
    'a machine that is paid in another currency: nobody knows what an hour costs',
    {
      ...three,
      machines: [
        aMachine({
          name: 'pool-1-agent-a',
          createdAt: testStartAt - 1_000,
          hourlyPrice: { amount: 1, currency: 'USD' },
        }),
      ],
      fleet: { maxHourlyCost: euros(9) },
      offerings: { 1: [offering('a', 1)] },
    },
    [
      '1 price-unknown (3): machines may cost 9 EUR an hour, and the price of some is not known in EUR',
      '1 may-appear (-): no record of its agent, so far',
    ],
  ],
  [
    'no record could be made, longer than ten minutes ago',
    { ...three, remember: serverFailed({ untilAt: testStartAt - 10 * MINUTE_MS - 1 }) },
    ['1 launches 3'],
  ],
]

describe('after a launch has failed', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(outcome(scenario)).toEqual(expected)
  })
})

describe('pools of one account', () => {
  const account = ['1', '2', '3'].map((id) => aPool({ id, cloud: 'account' }))
  const offers = account.map((pool) => ({ ...pool, offer: { ...pool.offer, pool: pool.id } }))
  const wants = (...pools: readonly string[]) => ({
    pools: offers,
    tasks: pools.flatMap((pool) =>
      [0, 1].map((n) => ({ ...tasks(1, { labels: { pool } })[0]!, id: `${pool}-${n}` })),
    ),
  })
  const remember =
    (backOffs: readonly (readonly [string, BackOff])[], done: readonly (readonly [string, number])[] = []) =>
    (memory: Memory): Memory => ({ ...memory, backOff: new Map(backOffs), launchDoneAt: new Map(done) })
  const said = 'launches of 2 pools failed at this cloud: 503'

  const clouds: readonly (readonly [string, Scenario, readonly string[]])[] = [
    [
      'two that failed are the cloud: both wait for the later end of their pauses',
      {
        ...wants('1', '2'),
        remember: remember([
          ['1', failed({ untilAt: testStartAt - 1 })],
          ['2', failed({ untilAt: testStartAt + 1, why: '503' })],
        ]),
      },
      [`1 cloud-backing-off (2): ${said}`, '2 backing-off (2): the last launch failed: 503'],
    ],
    [
      'their pauses are over: one of them tries one',
      {
        ...wants('1', '2'),
        remember: remember([
          ['1', failed()],
          ['2', failed()],
        ]),
      },
      [
        '1 launches 1',
        '1 backing-off (1): one is tried first, as the last launch failed: 503',
        `2 cloud-backing-off (2): one is tried first, as ${said}`,
      ],
    ],
    [
      'one of them is tried already',
      {
        ...wants('2'),
        inFlight: [launching('a', testStartAt - 500)],
        remember: remember([
          ['1', failed()],
          ['2', failed()],
        ]),
      },
      [`2 cloud-backing-off (2): one is tried first, as ${said}`],
    ],
    [
      'one that has not failed tries for itself, one first',
      {
        ...wants('3'),
        remember: remember([
          ['1', failed({ untilAt: testStartAt + 1 })],
          ['2', failed({ untilAt: testStartAt + 1 })],
        ]),
      },
      ['3 launches 1', `3 cloud-backing-off (1): one is tried first, as ${said}`],
    ],
    [
      'a launch that was done since then clears the cloud, and each is on its own',
      {
        ...wants('1', '2'),
        remember: remember(
          [
            ['1', failed()],
            ['2', failed()],
          ],
          [['3', testStartAt - MINUTE_MS]],
        ),
      },
      [
        '1 launches 1',
        '2 launches 1',
        '1 backing-off (1): one is tried first, as the last launch failed: 503',
        '2 backing-off (1): one is tried first, as the last launch failed: 503',
      ],
    ],
    [
      'a launch that was done before does not',
      {
        ...wants('1', '2'),
        remember: remember(
          [
            ['1', failed()],
            ['2', failed()],
          ],
          [['3', testStartAt - MINUTE_MS - 1]],
        ),
      },
      [
        '1 launches 1',
        '1 backing-off (1): one is tried first, as the last launch failed: 503',
        `2 cloud-backing-off (2): one is tried first, as ${said}`,
      ],
    ],
    [
      'a failure of one, and a request of the other that was refused, are not the cloud',
      {
        ...wants('2'),
        remember: remember([
          ['1', failed()],
          ['2', failed({ kind: 'rejected' })],
        ]),
      },
      ['2 launches 1', '2 backing-off (1): one is tried first, as the last launch failed: 503'],
    ],
    [
      'failures of long ago are nobody’s',
      {
        ...wants('1', '2'),
        remember: remember([
          ['1', failed({ untilAt: testStartAt - 11 * MINUTE_MS })],
          ['2', failed({ untilAt: testStartAt - 11 * MINUTE_MS })],
        ]),
      },
      ['1 launches 2', '2 launches 2'],
    ],
  ]
  test.each(clouds)('%s', (_, scenario, expected) => {
    expect(outcome(scenario)).toEqual(expected)
  })

  test('pools of different accounts, or of none that is known, know nothing of one another', () => {
    for (const pools of [
      [offers[0]!, { ...offers[1]!, cloud: 'another' }],
      offers.slice(0, 2).map(({ cloud: _, ...pool }) => pool),
    ]) {
      const scenario = {
        ...wants('1', '2'),
        pools,
        remember: remember([
          ['1', failed()],
          ['2', failed()],
        ]),
      }
      expect(outcome(scenario).slice(0, 2)).toEqual(['1 launches 1', '2 launches 1'])
    }
  })
})

describe('launches that never connect', () => {
  const judged = (state: JudgedLaunch['state'], count: number, launch: Partial<JudgedLaunch> = {}) =>
    Array.from(
      { length: count },
      (_, at) =>
        [
          `${state}-${launch.pool ?? ''}-${launch.at ?? ''}-${at}`,
          {
            pool: '1',
            at: testStartAt - 8 * MINUTE_MS,
            state,
            judgedAt: testStartAt - MINUTE_MS,
            chance: 0,
            ...launch,
          },
        ] as const,
    )
  const remember =
    (...launches: readonly (readonly (readonly [string, JudgedLaunch])[])[]) =>
    (memory: Memory): Memory => ({ ...memory, launches: new Map(launches.flat()) })
  const said = (failures: number, all: number, next: string, whose = '') =>
    `never-connect (-): ${failures} of the last ${all} launches${whose} never connected: no more are made, but one at a time to try, ${next}`

  const breakers: readonly (readonly [string, Scenario, readonly string[]])[] = [
    ['three failures stop nothing', { ...three, remember: remember(judged('failed', 3)) }, ['1 launches 3']],
    [
      'four do, and a minute after the last one is tried',
      { ...three, remember: remember(judged('failed', 4)) },
      ['1 launches 1', `1 ${said(4, 4, 'now')}`],
    ],
    [
      'four do, and before that minute is over nothing is tried',
      { ...three, remember: remember(judged('failed', 4, { judgedAt: testStartAt - MINUTE_MS + 1_000 })) },
      [`1 ${said(4, 4, 'the next in 1s')}`],
    ],
    [
      'the minute is a little longer, by chance',
      { ...three, remember: remember(judged('failed', 4, { chance: 0.4 })) },
      [`1 ${said(4, 4, 'the next in 6s')}`],
    ],
    [
      'as many that connected stop nothing',
      { ...three, remember: remember(judged('failed', 4), judged('connected', 4)) },
      ['1 launches 3'],
    ],
    [
      'fewer that connected do',
      { ...three, remember: remember(judged('failed', 3), judged('connected', 2)) },
      ['1 launches 1', `1 ${said(3, 5, 'now')}`],
    ],
    [
      'while one is tried no other is',
      { ...three, remember: remember(judged('failed', 4), judged('waiting', 1, { judgedAt: undefined })) },
      [`1 ${said(4, 4, 'now')}`],
    ],
    [
      'while one is under way no other is',
      {
        ...three,
        inFlight: [launching('a', testStartAt - 1_000)],
        remember: remember(judged('failed', 4)),
      },
      [`1 ${said(4, 4, 'now')}`],
    ],
    [
      'two rounds of failures: the pause is twice as long',
      {
        ...three,
        remember: remember(
          judged('failed', 3, { at: testStartAt - 9 * MINUTE_MS, judgedAt: testStartAt - 5 * MINUTE_MS }),
          judged('failed', 1, { at: testStartAt - 5 * MINUTE_MS }),
        ),
      },
      [`1 ${said(4, 4, 'the next in 1m')}`],
    ],
    [
      'what was launched before the first failure was known is of the same round',
      {
        ...three,
        remember: remember(
          judged('failed', 3, { at: testStartAt - 9 * MINUTE_MS, judgedAt: testStartAt - 5 * MINUTE_MS }),
          judged('failed', 1, { at: testStartAt - 5 * MINUTE_MS - 1 }),
        ),
      },
      ['1 launches 1', `1 ${said(4, 4, 'now')}`],
    ],
    [
      'after many rounds the pause is ten minutes',
      {
        ...three,
        remember: remember(
          ...Array.from({ length: 9 }, (_, at) => {
            const knownAt = testStartAt - at * MINUTE_MS
            return judged('failed', 1, { at: knownAt - 1, judgedAt: knownAt })
          }),
        ),
      },
      [`1 ${said(9, 9, 'the next in 10m')}`],
    ],
    [
      'of several pools that fail none is tried before its turn',
      {
        ...three,
        pools: [aPool(), aPool({ id: '2' })],
        remember: remember(
          judged('failed', 2, { judgedAt: testStartAt - 30_000 }),
          judged('failed', 2, { pool: '2' }),
        ),
      },
      [`all ${said(4, 4, 'the next in 30s', ' of all pools')}`],
    ],
    [
      'of several pools that fail one is tried, and not one of each',
      {
        ...three,
        pools: [aPool(), aPool({ id: '2' })],
        remember: remember(judged('failed', 2), judged('failed', 2, { pool: '2' })),
      },
      ['1 launches 1', `all ${said(4, 4, 'now', ' of all pools')}`],
    ],
    [
      'where pools fail, one without a failure tries at once',
      {
        ...three,
        pools: [aPool(), aPool({ id: '2' }), aPool({ id: '3' })],
        remember: remember(
          judged('failed', 2, { judgedAt: testStartAt - 30_000 }),
          judged('failed', 2, { pool: '2', judgedAt: testStartAt - 30_000 }),
        ),
      },
      ['3 launches 1', `all ${said(4, 4, 'the next in 30s', ' of all pools')}`],
    ],
    [
      'a pool that fails does not stop another whose launches connect',
      {
        ...three,
        pools: [aPool(), aPool({ id: '2' })],
        remember: remember(
          judged('failed', 5, { judgedAt: testStartAt - 30_000 }),
          judged('connected', 1, { pool: '2' }),
        ),
      },
      ['2 launches 3', `1 ${said(5, 5, 'the next in 30s')}`],
    ],
  ]
  test.each(breakers)('%s', (_, scenario, expected) => {
    expect(outcome(scenario)).toEqual(expected)
  })
})

test('offerings that were refused are avoided, the one whose time comes first at the front, and holds say so', () => {
  const refused = (afterMs: number, kind: RefusedOffering['kind'] = 'rejected') => ({
    untilAt: testStartAt + afterMs,
    times: 2,
    kind,
    why: '422',
  })
  const { actions, holds } = planFor({
    tasks: tasks(1),
    remember: (memory) => ({
      ...memory,
      refusedOfferings: new Map([
        [
          '1',
          new Map([
            ['late', refused(9_000)],
            ['over', refused(0)],
            ['soon', refused(1)],
            ['later', refused(5_000, 'offering-unavailable')],
          ]),
        ],
        ['2', new Map([['of another pool', refused(9_000)]])],
      ]),
    }),
  })
  expect(actions).toMatchObject([{ kind: 'launch', avoid: ['soon', 'later', 'late'], forTask: 'task-1' }])
  const reason = 'machine type skipped for 9s: the cloud refused it 2 times in a row: 422'
  expect(holds).toContainEqual({
    kind: 'hold',
    pool: '1',
    because: 'offering-refused',
    reason,
    subject: 'late',
    untilAt: testStartAt + 9_000,
  })
  expect(holds.map(({ because, subject }) => `${because} ${subject}`)).toEqual([
    'offering-refused late',
    'offering-refused soon',
    'offering-sold-out later',
  ])
})
