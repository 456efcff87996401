import { describe, expect, test } from 'vitest'
import type { AgentHistory, Drain, Memory } from '../model/memory.ts'
import { aMachine, anAgent, aPool, testStartAt } from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const id = `id-of-${name}`

const knowing =
  (drain: Partial<Drain>, history: Partial<AgentHistory> = {}) =>
  (memory: Memory): Memory => ({
    ...memory,
    agents: new Map([
      [
        id,
        {
          ...memory.agents.get(id)!,
          drain: {
            because: 'idle',
            cordonedAt: testStartAt - 20_000,
            cordonedAtServer: testStartAt - 20_000,
            cordonedAgainAt: undefined,
            seenIdleAt: undefined,
            ...drain,
          },
          ...history,
        },
      ],
    ]),
  })

/** Cordoned, in contact two seconds ago; what stands in the memory decides the rest. */
const cordoned = (drain: Partial<Drain>, more: Scenario = {}): Scenario => ({
  agents: [anAgent({ name, cordoned: true, lastContactAt: testStartAt - 2_000 })],
  machines: [aMachine({ name })],
  remember: knowing(drain),
  ...more,
})

const rows: readonly (readonly [string, Scenario, readonly string[], number | undefined])[] = [
  [
    'a millisecond before the heartbeat that followed the cordon is two seconds old',
    cordoned(
      { cordonedAtServer: testStartAt - 5_000 },
      { agents: [anAgent({ name, cordoned: true, lastContactAt: testStartAt - 1_999 })] },
    ),
    [],
    testStartAt + 1,
  ],
  [
    'the heartbeat that followed the cordon is two seconds old',
    cordoned({ cordonedAtServer: testStartAt - 5_000 }),
    [`cordon ${name} carried-on`],
    undefined,
  ],
  [
    'a heartbeat of this moment, and an earlier one followed the cordon too',
    cordoned({}, { agents: [anAgent({ name, cordoned: true, lastContactAt: testStartAt })] }),
    [`cordon ${name} carried-on`],
    undefined,
  ],
  [
    'the last heartbeat is of the moment of the cordon',
    cordoned({ cordonedAtServer: testStartAt - 2_000 }),
    [],
    testStartAt + 10_000,
  ],
  [
    'the last heartbeat followed the cordon by a millisecond',
    cordoned({ cordonedAtServer: testStartAt - 2_001 }),
    [`cordon ${name} carried-on`],
    undefined,
  ],
  [
    'a millisecond before the first look',
    cordoned({ cordonedAgainAt: testStartAt - 1_999 }),
    [],
    testStartAt + 1,
  ],
  ['at the first look', cordoned({ cordonedAgainAt: testStartAt - 2_000 }), [], testStartAt + 5_000],
  [
    'a millisecond before the second look',
    cordoned({ cordonedAgainAt: testStartAt - 6_999, seenIdleAt: testStartAt - 3_000 }),
    [],
    testStartAt + 1,
  ],
  [
    'at the second look, seen idle before',
    cordoned({ cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 }),
    [`terminate ${name} drained`],
    undefined,
  ],
  [
    'at the second look, seen idle only now',
    cordoned({ cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt }),
    [],
    testStartAt + 2_000,
  ],
  [
    'a pool that keeps one stopped machine stops this one',
    cordoned(
      { cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 },
      { pools: [aPool({ parked: { max: 1, forMs: 60 * MINUTE_MS } })] },
    ),
    [`park ${name} drained`],
    undefined,
  ],
  [
    'a pool that keeps one stopped machine, and has one',
    cordoned(
      { cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 },
      {
        pools: [aPool({ parked: { max: 1, forMs: 60 * MINUTE_MS } })],
        agents: [
          anAgent({ name, cordoned: true, lastContactAt: testStartAt - 2_000 }),
          anAgent({ name: 'pool-1-agent-b', cordoned: true, lastContactAt: testStartAt - 5 * MINUTE_MS }),
        ],
        machines: [aMachine({ name }), aMachine({ name: 'pool-1-agent-b', state: 'stopped' })],
      },
    ),
    [`terminate ${name} drained`],
    undefined,
  ],
  [
    'a pool that keeps one stopped machine, and stops one now',
    cordoned(
      { cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 },
      {
        pools: [aPool({ parked: { max: 1, forMs: 60 * MINUTE_MS } })],
        agents: [
          anAgent({ name, cordoned: true, lastContactAt: testStartAt - 2_000 }),
          anAgent({ name: 'pool-1-agent-b', cordoned: true }),
        ],
        machines: [aMachine({ name }), aMachine({ name: 'pool-1-agent-b' })],
        inFlight: [{ kind: 'park', pool: '1', name: 'pool-1-agent-b', startedAt: testStartAt - 1_000 }],
      },
    ),
    [`terminate ${name} drained`],
    undefined,
  ],
  [
    'a pool at its maximum stops this one, as it keeps one',
    cordoned(
      { cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 },
      { pools: [aPool({ max: 1, parked: { max: 1, forMs: 60 * MINUTE_MS } })] },
    ),
    [`park ${name} drained`],
    undefined,
  ],
  [
    'a pool above its maximum keeps none that is stopped',
    cordoned(
      { cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 },
      { pools: [aPool({ max: 0, parked: { max: 1, forMs: 60 * MINUTE_MS } })] },
    ),
    [`terminate ${name} drained`],
    undefined,
  ],
  [
    'what ends is not ended on a list of the tick before: that is requested again in a second',
    cordoned({ cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 }, { machinesReused: true }),
    [],
    testStartAt + 1_000,
  ],
]

describe('an agent on its way out', () => {
  test.each(rows)('%s', (_, scenario, expected, wakeAt) => {
    const plan = planFor(scenario)
    expect(steps(plan)).toEqual(expected)
    expect(plan.wakeAt).toBe(wakeAt)
  })
})

test('of two that stop as the pool keeps one, the second is ended', () => {
  const other = 'pool-1-agent-b'
  const drained = { cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 }
  const plan = planFor({
    pools: [aPool({ parked: { max: 1, forMs: 60 * MINUTE_MS } })],
    agents: [name, other].map((each) =>
      anAgent({ name: each, cordoned: true, lastContactAt: testStartAt - 2_000 }),
    ),
    machines: [name, other].map((each) => aMachine({ name: each })),
    remember: (memory) => {
      const one = knowing(drained)(memory).agents.get(id)!
      return {
        ...memory,
        agents: new Map([
          [id, one],
          [`id-of-${other}`, one],
        ]),
      }
    },
  })
  expect(steps(plan)).toEqual([`park ${name} drained`, `terminate ${other} drained`])
})

test('the next look is at the earliest of the times that are due', () => {
  const other = 'pool-1-agent-b'
  const plan = planFor({
    agents: [name, other].map((each) =>
      anAgent({ name: each, cordoned: true, lastContactAt: testStartAt - 2_000 }),
    ),
    machines: [name, other].map((each) => aMachine({ name: each })),
    remember: (memory) => {
      const later = knowing({ cordonedAgainAt: testStartAt - 1_000 })(memory).agents.get(id)!
      const sooner = knowing({ cordonedAgainAt: testStartAt - 1_500 })(memory).agents.get(id)!
      return {
        ...memory,
        agents: new Map([
          [id, later],
          [`id-of-${other}`, sooner],
        ]),
      }
    },
  })
  expect(plan.wakeAt).toBe(testStartAt + 500)
})

test('the words of each step', () => {
  const words = (drain: Partial<Drain>) => planFor(cordoned(drain)).actions.map(({ reason }) => reason)
  expect(words({})).toEqual(['the agent may have been polling during the first cordon'])
  expect(words({ cordonedAgainAt: testStartAt - 7_000, seenIdleAt: testStartAt - 1 })).toEqual([
    'cordoned twice, and seen idle twice after that',
  ])
  const { actions } = planFor({ ...cordoned({}), remember: (memory) => memory })
  expect(actions).toMatchObject([
    {
      kind: 'cordon',
      round: 'first',
      because: 'carried-on',
      reason: 'it is cordoned already: the drain goes on',
    },
  ])
})
