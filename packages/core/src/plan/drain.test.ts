import { describe, expect, test } from 'vitest'
import type { AgentHistory, Drain, Memory } from '../model/memory.ts'
import { Transient } from '../ports/errors.ts'
import { aMachine, anAgent, testStartAt } from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const id = `id-of-${name}`

/** A cordoned agent that worked 100 s ago (so its stamp proves nothing), launched after our own start. */
const cordoned: Scenario = {
  agents: [
    anAgent({
      name,
      cordoned: true,
      createdAt: testStartAt - 30 * MINUTE_MS,
      lastContactAt: testStartAt - 2_000,
      lastWorkAt: testStartAt - 100_000,
    }),
  ],
  machines: [aMachine({ name, createdAt: testStartAt - 30 * MINUTE_MS })],
}

function knowing(drain: Partial<Drain>, history: Partial<AgentHistory> = {}): (memory: Memory) => Memory {
  return (memory) => ({
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
}

const overAndDone: Partial<Drain> = {
  cordonedAgainAt: testStartAt - 8_000,
  seenIdleAt: testStartAt - 5_000,
}

const works = { workingAgentIds: new Set([id]), runningTaskIds: new Set<string>() }

const rows: readonly (readonly [string, Scenario, readonly string[], number | undefined])[] = [
  [
    'cordoned a second ago: it waits until 2 s after the heartbeat that must follow',
    { remember: knowing({ cordonedAt: testStartAt - 1_000, cordonedAtServer: testStartAt - 1_000 }) },
    [],
    testStartAt + 10_000,
  ],
  [
    'cordoned, and a heartbeat followed: cordoned again',
    { remember: knowing({}) },
    [`cordon ${name} carried-on`],
    undefined,
  ],
  [
    'cordoned, and no heartbeat since: nothing, as that may still undo it',
    { remember: knowing({ cordonedAtServer: testStartAt - 1_000 }) },
    [],
    testStartAt + 10_000,
  ],
  [
    'cordoned again a second ago: the first look is due in a second',
    { remember: knowing({ cordonedAgainAt: testStartAt - 1_000 }) },
    [],
    testStartAt + 1_000,
  ],
  [
    'seen idle once, 3 s after the second cordon: the second look is due later',
    { remember: knowing({ cordonedAgainAt: testStartAt - 5_000, seenIdleAt: testStartAt - 3_000 }) },
    [],
    testStartAt + 2_000,
  ],
  ['seen idle twice: ended', { remember: knowing(overAndDone) }, [`terminate ${name} drained`], undefined],
  [
    'long after the second cordon, but seen idle only now: looked at once more',
    { remember: knowing({ ...overAndDone, seenIdleAt: testStartAt }) },
    [],
    testStartAt + 2_000,
  ],
  [
    'the server gave up work of it nine minutes ago, which it may have in hand still: kept',
    { remember: knowing(overAndDone, { lostWorkAt: testStartAt - 9 * MINUTE_MS }) },
    [],
    undefined,
  ],
  [
    'the inactivity timeout is over since then: ended',
    { remember: knowing(overAndDone, { lostWorkAt: testStartAt - 10 * MINUTE_MS }) },
    [`terminate ${name} drained`],
    undefined,
  ],
  ['the database has work of it: kept', { work: works, remember: knowing(overAndDone) }, [], undefined],
  [
    'the database cannot be asked: kept',
    { work: new Transient('500'), remember: knowing(overAndDone) },
    [],
    undefined,
  ],
  [
    'the database has a lost workflow of it, but three minutes of contact without a stamp prove that it rests: ended',
    {
      work: works,
      agents: [
        anAgent({
          name,
          cordoned: true,
          createdAt: testStartAt - 30 * MINUTE_MS,
          lastContactAt: testStartAt - 2_000,
        }),
      ],
      remember: knowing(overAndDone, { contactUnbrokenSince: testStartAt - 4 * MINUTE_MS }),
    },
    [`terminate ${name} drained`],
    undefined,
  ],
  [
    'the same stamp, but its contact was broken two minutes ago: kept',
    {
      work: works,
      agents: [
        anAgent({
          name,
          cordoned: true,
          createdAt: testStartAt - 30 * MINUTE_MS,
          lastContactAt: testStartAt - 2_000,
        }),
      ],
      remember: knowing(overAndDone, { contactUnbrokenSince: testStartAt - 2 * MINUTE_MS }),
    },
    [],
    undefined,
  ],
  [
    'it was there when we started two minutes ago: kept for the grace',
    { watchedForMs: 2 * MINUTE_MS, remember: knowing(overAndDone) },
    [],
    undefined,
  ],
  [
    'it was there when we started, the grace is over, but its stamp is fresh: kept until it has proved that it rests',
    { watchedForMs: 20 * MINUTE_MS, remember: knowing(overAndDone) },
    [],
    undefined,
  ],
  [
    'it registered after we started: free of the grace',
    {
      watchedForMs: 2 * MINUTE_MS,
      remember: knowing(overAndDone, { unregisteredSeenAt: testStartAt - MINUTE_MS }),
    },
    [`terminate ${name} drained`],
    undefined,
  ],
]

describe('the safe scale-down', () => {
  test.each(rows)('%s', (_, scenario, expected, wakeAt) => {
    const plan = planFor({ ...cordoned, ...scenario })
    expect(steps(plan)).toEqual(expected)
    expect(plan.wakeAt).toBe(wakeAt)
  })
})
