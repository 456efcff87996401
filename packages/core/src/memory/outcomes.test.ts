import { describe, expect, test } from 'vitest'
import { type AgentHistory, firstMemory, type Memory } from '../model/memory.ts'
import type { Action, Launch } from '../model/plan.ts'
import type { Outcome } from '../model/report.ts'
import {
  AuthError,
  OfferingUnavailable,
  type OutsideError,
  QuotaExceeded,
  RateLimited,
  Rejected,
  Transient,
  UnexpectedAnswer,
} from '../ports/errors.ts'
import { anAgent, testStartAt } from '../testing/builders.ts'
import { recordOutcome } from './outcomes.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const agent = anAgent({ name })
const history: AgentHistory = {
  createdAt: agent.createdAt,
  unregisteredSeenAt: undefined,
  firstContactSeenAt: testStartAt,
  contactUnbrokenSince: testStartAt,
  lastSeenBusyAt: undefined,
  restsSince: undefined,
  lostWorkAt: undefined,
  freeSince: testStartAt,
  uncordonedAt: undefined,
  parkedAt: undefined,
  uncordonFailedAt: undefined,
  drain: undefined,
  uncordonedSeenAt: undefined,
  ownWriteAt: undefined,
  cordonedByOthersAt: undefined,
  cordonsReverted: 0,
}
const drain = {
  because: 'idle',
  cordonedAt: testStartAt - 9_000,
  cordonedAtServer: testStartAt - 9_000,
  cordonedAgainAt: undefined,
  seenIdleAt: undefined,
} as const
const first: Memory = firstMemory(testStartAt - MINUTE_MS)
const knowing = (more: Partial<AgentHistory>): Memory => ({
  ...first,
  agents: new Map([[agent.id, { ...history, ...more }]]),
})

const launch: Launch = {
  kind: 'launch',
  pool: '1',
  because: 'demand',
  reason: 'x',
  avoid: [],
  forTask: 'task-1',
}
const explained = { pool: '1', reason: 'x' } as const
const cordon = { ...explained, kind: 'cordon', because: 'idle', agent, round: 'first' } as const
const again = { ...cordon, because: 'carried-on', round: 'again' } as const
const uncordon = { ...explained, kind: 'uncordon', because: 'demand', agent } as const
const start = { ...explained, kind: 'start', because: 'demand', name, agent } as const
const park = { ...explained, kind: 'park', because: 'drained', name, agent } as const
const terminate = { ...explained, kind: 'terminate', because: 'drained', name, agent } as const
const forget = { ...explained, kind: 'forget', because: 'zombie', agent } as const
const twin = { ...forget, because: 'twin' } as const

function outcome(action: Action, more: Partial<Outcome> = {}): Outcome {
  return { action, name, at: testStartAt, tookMs: 1_000, result: 'done', ...more }
}
const failure = (error: OutsideError): Partial<Outcome> => ({ result: 'failed', error })
const lost = new Transient('the answer was lost', { mayHaveActed: true })

/** Without chance, so that pauses are as short as they get. */
const remembering = (memory: Memory, ...outcomes: readonly Outcome[]): Memory =>
  outcomes.reduce((before, each) => recordOutcome(before, each, () => 0), memory)
const historyAfter = (memory: Memory, each: Outcome) => remembering(memory, each).agents.get(agent.id)

describe('a launch', () => {
  test('that is done may appear, is to be judged, and is known as ours with its task', () => {
    expect(remembering(first, outcome(launch))).toEqual({
      ...first,
      launchEndedAt: new Map([[name, testStartAt]]),
      launchDoneAt: new Map([['1', testStartAt]]),
      launches: new Map([
        [name, { pool: '1', at: testStartAt, state: 'waiting', judgedAt: undefined, chance: 0 }],
      ]),
      trials: {
        ...first.trials,
        launched: new Map([
          [
            name,
            {
              pool: '1',
              configuration: '',
              machineType: undefined,
              at: testStartAt,
              taskId: 'task-1',
              hasRegistered: false,
            },
          ],
        ]),
      },
      madeNames: new Set([name]),
    })
  })

  test('whose answer was lost may appear too, and is not to be judged', () => {
    const memory = remembering(first, outcome(launch, { ...failure(lost), failedAt: 'cloud' }))
    expect(memory.launchEndedAt.get(name)).toBe(testStartAt)
    expect(memory.trials.launched.get(name)?.taskId).toBe('task-1')
    expect(memory.launches.size).toBe(0)
    expect(memory.launchDoneAt.size).toBe(0)
  })

  test('that failed for sure does not appear, and its pool waits', () => {
    const memory = remembering(
      first,
      outcome(launch, { ...failure(new Transient('503')), recordDeleted: true }),
    )
    expect(memory.launchEndedAt.size).toBe(0)
    expect(memory.trials.launched.size).toBe(0)
    expect(memory.removedNames).toEqual(new Set([name]))
    expect(memory.backOff.get('1')).toEqual({
      sinceAt: testStartAt,
      untilAt: testStartAt + 2_500,
      failures: 1,
      why: '503',
      kind: 'transient',
    })
  })

  test('whose record was refused by the server holds all pools, and none for itself', () => {
    const memory = remembering(
      first,
      outcome(launch, { ...failure(new Transient('locked')), failedAt: 'server' }),
    )
    expect(memory.backOff.size).toBe(0)
    expect(memory.serverBackOff).toMatchObject({ failures: 1, why: 'locked', untilAt: testStartAt + 2_500 })
  })

  test('whose request the server refused is the pool’s own doing', () => {
    const memory = remembering(
      first,
      outcome(launch, { ...failure(new Rejected('bad name')), failedAt: 'server' }),
    )
    expect(memory.backOff.get('1')).toMatchObject({ why: 'bad name' })
    expect(memory.serverBackOff).toBeUndefined()
  })

  test('that came as far as the cloud shows that the server is well', () => {
    const held = remembering(
      first,
      outcome(launch, { ...failure(new Transient('locked')), failedAt: 'server' }),
    )
    const later = { at: testStartAt + 5_000, tookMs: 1_000 }
    const failed = outcome(launch, { ...failure(new Transient('503')), failedAt: 'cloud', ...later })
    expect(remembering(held, failed).serverBackOff).toBeUndefined()
  })
})

describe('the pause after failures', () => {
  const pauses = (error: OutsideError, count: number, chance = 0): readonly number[] => {
    let memory = first
    return Array.from({ length: count }, (_, at) => {
      const endedAt = testStartAt + at * 60 * MINUTE_MS
      memory = recordOutcome(memory, outcome(launch, { ...failure(error), at: endedAt }), () => chance)
      return (memory.backOff.get('1')?.untilAt ?? 0) - endedAt
    })
  }

  test('doubles up to five minutes, half of it by chance', () => {
    const halves = [2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 150_000, 150_000]
    expect(pauses(new Transient('503'), 8)).toEqual(halves)
    expect(pauses(new Transient('503'), 3, 0.5)).toEqual([3_750, 7_500, 15_000])
  })

  test.each([
    ['a quota', new QuotaExceeded('10 servers'), 5 * MINUTE_MS],
    ['what is sold out', new OfferingUnavailable('none left'), 5_000],
    ['a refused token', new AuthError('401'), MINUTE_MS],
    ['a limited rate with a time', new RateLimited('429', { retryAfterMs: 17_000 }), 17_000],
    ['a limited rate without one', new RateLimited('429'), 2_500],
    ['an answer that makes no sense', new UnexpectedAnswer('<html>'), 2_500],
    ['a request that was refused', new Rejected('no such image'), 2_500],
  ])('after %s is as long as it takes', (_, error, pauseMs) => {
    expect(pauses(error, 1)).toEqual([pauseMs])
  })

  test('after what stays sold out is 5, 10, 20, then 30 s', () => {
    expect(pauses(new OfferingUnavailable('none left'), 5)).toEqual([5_000, 10_000, 20_000, 30_000, 30_000])
  })

  test('that another side asked for is never shorter, and up to a fifth longer', () => {
    expect(pauses(new QuotaExceeded('10 servers'), 1, 0.5)).toEqual([5.5 * MINUTE_MS])
  })

  test('of the server is a minute at most', () => {
    let memory = first
    for (let at = 0; at < 9; at++) {
      const failed = {
        ...failure(new Transient('locked')),
        failedAt: 'server',
        at: testStartAt + at * 600_000,
      } as const
      memory = remembering(memory, outcome(launch, failed))
    }
    expect(memory.serverBackOff).toMatchObject({ failures: 9, untilAt: testStartAt + 8 * 600_000 + 30_000 })
  })

  test('counts tries that were under way together once, and is never cut short', () => {
    const failed = (afterMs: number, error: OutsideError) =>
      outcome(launch, { ...failure(error), at: testStartAt + afterMs, tookMs: 1_000 })
    const once = remembering(first, failed(0, new QuotaExceeded('10 servers')))
    const together = remembering(once, failed(1_000, new Transient('503')))
    expect(together.backOff.get('1')).toMatchObject({
      failures: 1,
      sinceAt: testStartAt,
      untilAt: testStartAt + 5 * MINUTE_MS,
      why: '503',
    })
    expect(remembering(once, failed(1_001, new Transient('503'))).backOff.get('1')).toMatchObject({
      failures: 2,
      sinceAt: testStartAt + 1_001,
    })
  })

  test('is forgiven by a launch that began since, and by none from before', () => {
    const failed = remembering(first, outcome(launch, failure(new Transient('503'))))
    const done = (afterMs: number) => outcome(launch, { at: testStartAt + afterMs, tookMs: 1_000 })
    expect(remembering(failed, done(1_001)).backOff.size).toBe(0)
    expect(remembering(failed, done(1_000)).backOff.get('1')).toMatchObject({ failures: 1 })
  })
})

describe('a cordon', () => {
  const written = { ...agent, cordoned: true, updatedAt: testStartAt - 300 }

  test('that was set begins the drain, by our clock and the server’s', () => {
    expect(historyAfter(knowing({}), outcome(cordon, { agent: written }))).toMatchObject({
      freeSince: undefined,
      drain: {
        cordonedAt: testStartAt,
        cordonedAtServer: testStartAt - 300,
        cordonedAgainAt: undefined,
        seenIdleAt: undefined,
      },
    })
  })

  test('that was set again goes on with the drain, and must see it idle anew', () => {
    const before = knowing({ drain: { ...drain, seenIdleAt: testStartAt - 1 } })
    expect(historyAfter(before, outcome(again, { agent: written }))?.drain).toEqual({
      ...drain,
      cordonedAgainAt: testStartAt,
    })
  })

  test('that was set again without a drain begins one', () => {
    expect(historyAfter(knowing({}), outcome(again, { agent: written }))?.drain).toMatchObject({
      cordonedAt: testStartAt,
      cordonedAgainAt: undefined,
    })
  })

  test('first once more begins from the first step', () => {
    const before = knowing({ drain: { ...drain, cordonedAgainAt: testStartAt - 1 } })
    expect(historyAfter(before, outcome(cordon, { agent: written }))?.drain).toMatchObject({
      cordonedAt: testStartAt,
      cordonedAgainAt: undefined,
    })
  })

  test('that was refused changes nothing of what is known of the agent', () => {
    const before = knowing({})
    const refused = outcome(cordon, { result: 'refused', agent: written })
    expect(remembering(before, refused).agents).toBe(before.agents)
  })

  test('that failed may have acted, and changes nothing else', () => {
    const failed = outcome(cordon, { result: 'failed', agent: written })
    expect(historyAfter(knowing({}), failed)).toEqual({ ...history, ownWriteAt: testStartAt })
  })

  test('that failed is tried again later, and one that was refused at once', () => {
    const failed = remembering(knowing({}), outcome(cordon, failure(new Transient('500'))))
    expect(failed.removalBackOff.get(name)).toMatchObject({ failures: 1, why: '500' })
    expect(remembering(knowing({}), outcome(cordon, { result: 'refused' })).removalBackOff.size).toBe(0)
    const done = outcome(cordon, { agent: written, at: testStartAt + 9_000 })
    expect(remembering(failed, done).removalBackOff.size).toBe(0)
  })

  test('of an agent that has the id of another says nothing of that one', () => {
    const before = knowing({ createdAt: agent.createdAt - 1 })
    expect(remembering(before, outcome(cordon, { agent: written })).agents).toBe(before.agents)
  })
})

describe('a call back', () => {
  const drained = knowing({ drain, uncordonFailedAt: testStartAt - 1, parkedAt: testStartAt - 1 })

  test.each([
    ['uncordoned', uncordon],
    ['started', start],
  ])('of one that was %s ends its drain, and its idle time begins anew', (_, action) => {
    expect(historyAfter(drained, outcome(action))).toEqual({
      ...history,
      drain: undefined,
      uncordonedAt: testStartAt,
      uncordonFailedAt: undefined,
      parkedAt: undefined,
      freeSince: undefined,
      ownWriteAt: testStartAt,
    })
  })

  test.each([
    ['failed', testStartAt],
    ['refused', undefined],
  ] as const)('that %s leaves it as it is, and is remembered', (result, ownWriteAt) => {
    expect(historyAfter(drained, outcome(uncordon, { result }))).toEqual({
      ...history,
      ownWriteAt,
      drain,
      parkedAt: testStartAt - 1,
      uncordonFailedAt: testStartAt,
    })
  })

  test.each([
    ['is done', {}, testStartAt],
    ['may have acted', failure(lost), testStartAt],
    ['has failed', failure(new Transient('503')), undefined],
  ])('by a start that %s begins a boot, or not', (_, result, begunAt) => {
    expect(remembering(drained, outcome(start, result)).launchEndedAt.get(name)).toBe(begunAt)
  })

  test('of one that nobody remembers changes nothing', () => {
    expect(remembering(first, outcome(uncordon))).toEqual(first)
  })
})

describe('a stop', () => {
  test('that is done ends the drain, and is remembered with its time', () => {
    expect(historyAfter(knowing({ drain }), outcome(park))).toEqual({
      ...history,
      drain: undefined,
      parkedAt: testStartAt,
      ownWriteAt: testStartAt,
    })
  })

  test('that failed leaves its drain as it is, and is tried again after a while', () => {
    const before = knowing({ drain })
    const { removalBackOff, ...after } = remembering(before, outcome(park, failure(new Transient('500'))))
    const { agents } = knowing({ drain, ownWriteAt: testStartAt })
    expect({ ...after, removalBackOff: before.removalBackOff }).toEqual({ ...before, agents })
    expect([...removalBackOff.values()]).toMatchObject([{ failures: 1, why: '500' }])
  })
})

describe('a removal', () => {
  const launched: Memory = {
    ...first,
    launchEndedAt: new Map([[name, testStartAt]]),
    launches: new Map([
      [name, { pool: '1', at: testStartAt, state: 'waiting', judgedAt: undefined, chance: 0 }],
    ]),
  }

  test.each<[string, Action, Partial<Outcome>, boolean]>([
    ['an end that is done', terminate, {}, true],
    [
      'an end that failed after the record was deleted',
      terminate,
      { ...failure(lost), recordDeleted: true },
      true,
    ],
    ['an end that failed before', terminate, failure(lost), false],
    ['an end that was refused', terminate, { result: 'refused' }, false],
    ['a zombie that is forgotten', forget, {}, true],
    ['a zombie that is not', forget, failure(lost), false],
    ['a twin that is forgotten: its machine is another record’s', twin, {}, false],
  ])('%s: is its name removed', (_, action, result, removed) => {
    const memory = remembering(launched, outcome(action, result))
    expect(memory.removedNames.has(name)).toBe(removed)
    expect(memory.launchEndedAt.has(name)).toBe(!removed)
  })

  test('that failed is tried again later, and forgiven by one that is done', () => {
    const failed = remembering(first, outcome(terminate, failure(new Transient('500'))))
    expect(failed.removalBackOff.get(name)).toMatchObject({ failures: 1, why: '500' })
    expect(remembering(failed, outcome(terminate, { at: testStartAt + 9_000 })).removalBackOff.size).toBe(0)
    expect(remembering(failed, outcome(terminate, { result: 'refused' })).removalBackOff).toEqual(
      failed.removalBackOff,
    )
  })

  test.each<[string, Action, Partial<Outcome>, string]>([
    ['lost', { ...terminate, because: 'lost' }, {}, 'failed'],
    [
      'lost, and half-way removed',
      { ...terminate, because: 'lost' },
      { result: 'failed', recordDeleted: true },
      'failed',
    ],
    ['lost, and not removed', { ...terminate, because: 'lost' }, { result: 'failed' }, 'waiting'],
    ['lost, and there after all', { ...terminate, because: 'lost' }, { result: 'refused' }, 'waiting'],
    ['a zombie', forget, {}, 'failed'],
    ['drained', terminate, {}, 'waiting'],
    ['an orphan', { ...terminate, because: 'orphan' }, {}, 'waiting'],
  ])('of one that was %s: what becomes of its launch', (_, action, result, state) => {
    expect(remembering(launched, outcome(action, result)).launches.get(name)?.state).toBe(state)
  })

  test('of one that is judged already changes no judgement', () => {
    const connected = remembering(launched, outcome({ ...terminate, because: 'lost' }))
    const again = outcome({ ...terminate, because: 'lost' }, { at: testStartAt + 9_000 })
    expect(remembering(connected, again).launches.get(name)?.judgedAt).toBe(testStartAt)
  })
})

describe('of a machine that was made by hand', () => {
  const box = { standing: 'i-1', name: 'box' } as const
  const untilAt = (memory: Memory) => memory.standingBackOff.get('i-1')
  const failed = failure(new Transient('no capacity'))

  test('a start or stop that failed makes it wait for a minute, then two, up to ten', () => {
    const once = remembering(first, outcome({ ...start, ...box }, failed))
    expect(untilAt(once)).toEqual({ failures: 1, why: 'no capacity', untilAt: testStartAt + MINUTE_MS })
    expect(untilAt(remembering(once, outcome({ ...park, ...box }, failed)))).toEqual({
      failures: 2,
      why: 'no capacity',
      untilAt: testStartAt + 2 * MINUTE_MS,
    })
    const often = remembering(once, ...Array(8).fill(outcome({ ...park, ...box }, failed)))
    expect(untilAt(often)?.untilAt).toBe(testStartAt + 10 * MINUTE_MS)
    expect(untilAt(remembering(first, outcome({ ...park, ...box }, { result: 'failed' })))?.why).toBe(
      'it failed',
    )
  })

  test('a start is proven by its agent’s contact only, or by the cloud’s word where nobody knows the agent', () => {
    const once = remembering(first, outcome({ ...start, ...box }, failed))
    expect(untilAt(remembering(once, outcome({ ...start, ...box })))).toEqual(untilAt(once))
    expect(untilAt(remembering(once, outcome({ ...start, ...box, agent: undefined })))).toBeUndefined()
  })

  test.each([
    ['silent', 'its agent was not in contact when it ran'],
    ['hangs', 'it hung while it stopped'],
  ] as const)('a stop because it %s makes it wait as a failure does', (because, why) => {
    expect(untilAt(remembering(first, outcome({ ...park, ...box, because })))).toMatchObject({
      failures: 1,
      why,
    })
  })

  test('other stops, and refusals, do not', () => {
    expect(untilAt(remembering(first, outcome({ ...park, ...box })))).toBeUndefined()
    expect(
      untilAt(remembering(first, outcome({ ...park, ...box, because: 'silent' }, { result: 'refused' }))),
    ).toBeUndefined()
    expect(remembering(first, outcome(park, failed)).standingBackOff.size).toBe(0)
  })
})
