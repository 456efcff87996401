import { describe, expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import { firstMemory, type JudgedLaunch, type MachineHistory, type Memory } from '../model/memory.ts'
import { poolOfName } from '../model/names.ts'
import type { Operation, Snapshot } from '../model/snapshot.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import type { Task } from '../model/task.ts'
import type { WorkReading } from '../ports/ci-server.ts'
import { OutsideError, QueueNeedsAgent, Transient, UnexpectedAnswer, Unsupported } from '../ports/errors.ts'
import { aBootingAgent, anAgent, aTask, tasks, testStartAt } from '../testing/builders.ts'
import { observe } from './observe.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'
const id = `id-of-${a}`
const agent = anAgent({ name: a })

interface Look {
  readonly at?: number
  readonly agents?: readonly Agent[] | OutsideError
  readonly tasks?: readonly Task[] | OutsideError
  readonly paused?: boolean
  readonly machines?: readonly Machine[] | OutsideError
  readonly standing?: readonly StandingSeen[]
  readonly reused?: boolean
  readonly work?: WorkReading
  readonly inFlight?: readonly Operation[]
  /** The server's clock is ahead of ours by so much. */
  readonly skewMs?: number
  readonly streamBrokeAt?: number
}

const reading = <T, R>(value: T | OutsideError, wrap: (value: T) => R) =>
  value instanceof OutsideError
    ? ({ ok: false, error: value } as const)
    : ({ ok: true, value: wrap(value) } as const)

/** The memory after a look at `testStartAt`, or at the time that it names; agents are in contact as it says. */
function look(memory: Memory, seen: Look): Memory {
  const { at = testStartAt, agents = [], tasks = [], machines = [], standing = [], reused = false } = seen
  const snapshot: Snapshot = {
    takenAt: at,
    inFlight: seen.inFlight ?? [],
    streamBrokeAt: seen.streamBrokeAt,
    machines: new Map([
      ['1', reading(machines, (all) => ({ machines: all, standing, readAt: at, reused, offerings: [] }))],
    ]),
    agents: reading(agents, (all) => ({ agents: all, serverNowAt: at + (seen.skewMs ?? 0) })),
    queue: reading(tasks, (all) => ({ tasks: all, paused: seen.paused ?? false, pollingSlots: 9 })),
    work: seen.work && { ok: true, value: seen.work },
  }
  return observe(memory, snapshot, (name) => (poolOfName(name) === '1' ? '1' : undefined))
}

const first = firstMemory(testStartAt - 60 * MINUTE_MS)
const working = (...ids: readonly string[]): WorkReading => ({
  workingAgentIds: new Set(ids),
  runningTaskIds: new Set(),
})
const machine = (name: string, more: Partial<Machine> = {}): Machine => ({ name, state: 'running', ...more })
const underWay = (kind: Operation['kind'], name: string): Operation => ({
  kind,
  pool: '1',
  name,
  startedAt: testStartAt,
})

describe('launches are judged', () => {
  const launched = (launch: Partial<JudgedLaunch>, more: Partial<Memory> = {}): Memory => ({
    ...first,
    launches: new Map([
      [
        a,
        {
          pool: '1',
          at: testStartAt - MINUTE_MS,
          state: 'waiting',
          judgedAt: undefined,
          chance: 0,
          ...launch,
        },
      ],
    ]),
    ...more,
  })
  const booting = aBootingAgent({ name: a })
  const stateOf = (memory: Memory) => memory.launches.get(a)?.state

  test('connected when the agent has registered, at whatever time', () => {
    const memory = look(launched({}), { agents: [agent] })
    expect(memory.launches.get(a)).toMatchObject({ state: 'connected', judgedAt: testStartAt })
    expect(stateOf(look(launched({ state: 'failed', judgedAt: testStartAt - 1 }), { agents: [agent] }))).toBe(
      'connected',
    )
  })

  test.each([
    ['three minutes', 180_000, undefined, 'failed'],
    ['less than three minutes', 179_999, undefined, 'waiting'],
    ['twice the time that the slowest boot took', 400_000, [10_000, 200_000, 20_000], 'failed'],
    ['less than twice that time', 399_999, [10_000, 200_000, 20_000], 'waiting'],
  ])('failed after %s', (_, waitedMs, boots, expected) => {
    const bootTimesMs = new Map(boots && [['1', boots]])
    const memory = look(launched({ at: testStartAt - waitedMs }, { bootTimesMs }), { agents: [booting] })
    expect(stateOf(memory)).toBe(expected)
    expect(memory.launches.get(a)?.judgedAt).toBe(expected === 'failed' ? testStartAt : undefined)
  })

  test('only by time in which the server could be reached', () => {
    const disturbance = { kind: 'away', at: testStartAt - MINUTE_MS } as const
    const waiting = launched({ at: testStartAt - 30 * MINUTE_MS }, { disturbance })
    expect(stateOf(look(waiting, { agents: [booting] }))).toBe('waiting')
    expect(stateOf(look(waiting, { agents: new Transient('503') }))).toBe('waiting')
    expect(stateOf(look(waiting, { agents: [booting], tasks: new Transient('503') }))).toBe('waiting')
  })

  test.each([
    ['a minute', MINUTE_MS, [], 'waiting'],
    ['more than a minute', MINUTE_MS + 1, [], undefined],
    [
      'more than a minute, while something is done to it',
      MINUTE_MS + 1,
      [underWay('terminate', a)],
      'waiting',
    ],
  ])('not at all once the record is gone for %s', (_, goneMs, inFlight, expected) => {
    expect(stateOf(look(launched({ at: testStartAt - goneMs }), { inFlight }))).toBe(expected)
  })

  test.each([
    ['half an hour', 30 * MINUTE_MS, true],
    ['longer', 30 * MINUTE_MS + 1, false],
  ])('and remembered for %s', (_, agoMs, kept) => {
    const judged = launched({ state: 'connected', judgedAt: testStartAt - agoMs })
    expect(look(judged, { agents: [agent] }).launches.has(a)).toBe(kept)
    const failed = launched({ state: 'failed', judgedAt: testStartAt - agoMs })
    expect(look(failed, { agents: [booting] }).launches.has(a)).toBe(kept)
  })

  test('also while the queue alone cannot be read', () => {
    const waiting = launched({ at: testStartAt - 3 * MINUTE_MS })
    expect(stateOf(look(waiting, { agents: [booting], tasks: new Transient('503') }))).toBe('failed')
    expect(stateOf(look(waiting, { agents: [booting] }))).toBe('failed')
  })

  const failures = (
    count: number,
    state: JudgedLaunch['state'],
    pool: string,
    judgedAt = testStartAt - 1_000,
  ) =>
    Array.from(
      { length: count },
      (_, n) =>
        [
          `${state}-${pool}-${n}`,
          { pool, at: testStartAt - 9 * MINUTE_MS, state, judgedAt, chance: 0 },
        ] as const,
    )
  const states = (memory: Memory, pool: string) =>
    [...memory.launches.values()].filter((launch) => launch.pool === pool).map(({ state }) => state)

  test('failures that stopped the pool are forgiven when one of it connects', () => {
    const memory = {
      ...launched({}),
      launches: new Map([...launched({}).launches, ...failures(4, 'failed', '1')]),
    }
    expect(states(look(memory, { agents: [agent] }), '1')).toEqual([
      'connected',
      ...Array(4).fill('forgiven'),
    ])
    expect(states(look(memory, { agents: [booting] }), '1')).toEqual(['waiting', ...Array(4).fill('failed')])
  })

  test('failures that stopped nothing are not', () => {
    const memory = {
      ...launched({}),
      launches: new Map([...launched({}).launches, ...failures(3, 'failed', '1')]),
    }
    expect(states(look(memory, { agents: [agent] }), '1')).toEqual(['connected', ...Array(3).fill('failed')])
  })

  test('failures of another pool are not, where only that one is stopped', () => {
    const launches = new Map([
      ...launched({}).launches,
      ...failures(4, 'failed', '2'),
      ...failures(1, 'connected', '1'),
    ])
    expect(states(look({ ...first, launches }, { agents: [agent] }), '2')).toEqual(Array(4).fill('failed'))
  })

  test('failures that stop the pool do not end by time alone', () => {
    const launches = new Map(failures(4, 'failed', '1', testStartAt - 3 * 60 * MINUTE_MS))
    expect(look({ ...first, launches }, {}).launches.size).toBe(4)
  })

  test('of more than a thousand the latest are kept', () => {
    const many = (count: number) => ({ ...first, launches: new Map(failures(count, 'connected', '1')) })
    expect(look(many(1_000), {}).launches.size).toBe(1_000)
    const cut = look(many(1_001), {}).launches
    expect(cut.size).toBe(1_000)
    expect(cut.has('connected-1-0')).toBe(false)
    expect(cut.has('connected-1-1000')).toBe(true)
  })

  test.each([
    ['that boots is taken on', aBootingAgent({ name: a, createdAt: testStartAt - 30 * MINUTE_MS }), a, true],
    [
      'that is older than half an hour is not',
      aBootingAgent({ name: a, createdAt: testStartAt - 30 * MINUTE_MS - 1 }),
      a,
      false,
    ],
    ['that is in contact is not', agent, a, false],
    ['of another pool is not', aBootingAgent({ name: 'pool-2-agent-a' }), 'pool-2-agent-a', false],
    ['whose machine is not there is not', aBootingAgent({ name: a }), 'pool-1-agent-b', false],
  ])('of an earlier life one %s', (_, record, listed, taken) => {
    const memory = look(
      { ...first, disturbance: { kind: 'own-start', at: testStartAt - 1_000 } },
      { agents: [record], machines: [machine(listed)] },
    )
    expect(memory.launches.size).toBe(taken ? 1 : 0)
    if (taken)
      expect(memory.launches.get(a)).toMatchObject({ pool: '1', at: record.createdAt, state: 'waiting' })
  })
})

describe('strangers', () => {
  const young = (afterStartMs: number) => anAgent({ name: a, createdAt: first.startedAt + afterStartMs })

  test.each([
    ['five minutes after our start: perhaps by the process before us', 5 * MINUTE_MS, false],
    ['later', 5 * MINUTE_MS + 1, true],
  ])('an agent that was made %s', (_, afterStartMs, noticed) => {
    expect(look(first, { agents: [young(afterStartMs)] }).strangers.has(a)).toBe(noticed)
    const madeAt = first.startedAt + afterStartMs
    expect(look(first, { machines: [machine(a, { createdAt: madeAt })] }).strangers.has(a)).toBe(noticed)
    const ahead = anAgent({ name: a, createdAt: madeAt + 7_000 })
    expect(look(first, { agents: [ahead], skewMs: 7_000 }).strangers.has(a)).toBe(noticed)
  })

  test('that we made, that we know already, of no pool of ours, or of no known age are none', () => {
    const late = young(30 * MINUTE_MS)
    const known: MachineHistory = {
      firstSeenAt: testStartAt,
      agentId: undefined,
      agentMissing: 0,
      machineMissing: 0,
      lastListedAt: testStartAt,
      missingSinceAt: undefined,
      startingSeenAt: undefined,
    }
    expect(look({ ...first, madeNames: new Set([a]) }, { agents: [late] }).strangers.size).toBe(0)
    expect(look({ ...first, machines: new Map([[a, known]]) }, { agents: [late] }).strangers.size).toBe(0)
    expect(look(first, { agents: [{ ...late, name: 'pool-2-agent-a' }] }).strangers.size).toBe(0)
    expect(look(first, { machines: [machine(a)] }).strangers.size).toBe(0)
    expect(look(first, { agents: [late], inFlight: [underWay('launch', a)] }).strangers.size).toBe(0)
    expect(look(first, { agents: [late], inFlight: [underWay('cordon', a)] }).strangers.size).toBe(1)
  })

  test('are remembered for an hour from when they were first seen', () => {
    const seen = (agoMs: number): Memory => ({
      ...first,
      strangers: new Map([[a, { pool: '1', firstSeenAt: testStartAt - agoMs }]]),
    })
    expect(look(seen(60 * MINUTE_MS - 1), {}).strangers.size).toBe(1)
    expect(look(seen(60 * MINUTE_MS), {}).strangers.size).toBe(0)
    const again = look(seen(MINUTE_MS), { agents: [young(30 * MINUTE_MS)] })
    expect(again.strangers.get(a)?.firstSeenAt).toBe(testStartAt - MINUTE_MS)
  })

  test('names that we give are remembered, the latest two thousand', () => {
    const made = (count: number): Memory => ({
      ...first,
      madeNames: new Set(Array.from({ length: count }, (_, n) => `made-${n}`)),
    })
    const launching = { inFlight: [underWay('launch', a)] }
    expect(look(made(1_999), launching).madeNames.size).toBe(2_000)
    const cut = look(made(2_000), launching).madeNames
    expect(cut.size).toBe(2_000)
    expect(cut.has('made-0')).toBe(false)
    expect(cut.has(a)).toBe(true)
  })
})

describe('lists that shrink', () => {
  const names = (count: number) => Array.from({ length: count }, (_, n) => `pool-1-agent-n${n}`)
  const machines = (count: number, from = 0) =>
    names(count)
      .slice(from)
      .map((name) => machine(name))
  const agents = (count: number, from = 0) =>
    names(count)
      .slice(from)
      .map((name) => anAgent({ name }))

  test.each([
    ['four of seven', 7, 4, true],
    ['four of eight: half', 8, 4, false],
    ['three of three', 3, 3, false],
    ['four of four', 4, 4, true],
  ])('by %s', (_, count, lost, noticed) => {
    const shrank = look(look(first, { machines: machines(count) }), {
      machines: machines(count, lost),
    }).listShrank
    expect(shrank?.what).toBe(
      noticed ? `the list of machines of the pool 1 lost ${lost} of ${count} names at once` : undefined,
    )
    const shrankAgents = look(look(first, { agents: agents(count) }), {
      agents: agents(count, lost),
    }).listShrank
    expect(shrankAgents?.untilAt).toBe(noticed ? testStartAt + 15 * MINUTE_MS : undefined)
  })

  test('by names of others alone are nobody’s business', () => {
    const foreign = ['b', 'c', 'd', 'e', 'f'].map((suffix) => anAgent({ name: `pool-2-agent-${suffix}` }))
    expect(look(look(first, { agents: foreign }), {}).listShrank).toBeUndefined()
  })

  test('are not those that are used again', () => {
    const before = look(first, { machines: machines(5) })
    expect(look(before, { machines: [], reused: true }).listShrank).toBeUndefined()
    const after = look(look(before, { machines: [], reused: true }), { machines: machines(5, 5) })
    expect(after.listShrank?.what).toContain('lost 5 of 5')
  })

  test('by what we were busy with in this look or the last did not', () => {
    const inFlight = names(5).map((name) => underWay('terminate', name))
    const before = look(first, { machines: machines(5), inFlight })
    expect(look(before, {}).listShrank).toBeUndefined()
    expect(look(look(first, { machines: machines(5) }), { inFlight }).listShrank).toBeUndefined()
    const listed = { machines: machines(5) }
    expect(look(look(before, listed), {}).listShrank).toBeDefined()
  })

  test('hold for a quarter of an hour, and let little through for as long again', () => {
    const shrank = { ...first, listShrank: { untilAt: testStartAt - 15 * MINUTE_MS + 1, what: 'it shrank' } }
    expect(look(shrank, {}).listShrank).toEqual(shrank.listShrank)
    const over = { ...first, listShrank: { untilAt: testStartAt - 15 * MINUTE_MS, what: 'it shrank' } }
    expect(look(over, {}).listShrank).toBeUndefined()
  })

  test('what we removed stays so until it is gone from both lists, and no longer', () => {
    const removed = { ...first, removedNames: new Set([a]) }
    expect(look(removed, { machines: [machine(a)] }).removedNames).toEqual(new Set([a]))
    expect(look(removed, {}).removedNames).toEqual(new Set())
    expect(look(removed, { inFlight: [underWay('terminate', a)] }).removedNames).toEqual(new Set([a]))
    expect(look(removed, { machines: [machine(a)], agents: [agent] }).removedNames).toEqual(new Set())
  })
})

describe('the queue', () => {
  test('tells how often in a row it needs an agent', () => {
    const needs = { tasks: new QueueNeedsAgent('x') }
    const twice = look(look(first, needs), needs)
    expect(twice.queueNeedsAgentTimes).toBe(2)
    expect(look(twice, { tasks: new Transient('500') }).queueNeedsAgentTimes).toBe(0)
    expect(look(twice, {}).queueNeedsAgentTimes).toBe(0)
  })

  test('that cannot be read leaves what is known of it', () => {
    const seen = look(first, { tasks: [...tasks(1), aTask({ id: 'r', state: 'running' })] })
    const blind = look(seen, { at: testStartAt + 10_000, tasks: new Transient('500') })
    expect(blind.pendingSince).toEqual(new Map([['task-1', testStartAt]]))
    expect(blind.runningTaskIds).toEqual(new Set(['r']))
  })

  test('shows which tasks run, and since when the others could', () => {
    const waiting = aTask({ id: 'w', state: 'waiting' })
    const seen = look(first, {
      tasks: [...tasks(1), waiting, aTask({ id: 'r', state: 'running', agentId: id })],
    })
    expect(seen.runningTaskIds).toEqual(new Set(['r']))
    expect(seen.pendingSince).toEqual(new Map([['task-1', testStartAt]]))
    const later = look(seen, { at: testStartAt + 10_000, tasks: tasks(2) })
    expect(later.pendingSince).toEqual(
      new Map([
        ['task-1', testStartAt],
        ['task-2', testStartAt + 10_000],
      ]),
    )
  })

  test('leaves unexplained what ran and is gone, until the database is asked', () => {
    const ran = look(first, {
      tasks: [aTask({ id: 'r', state: 'running' }), aTask({ id: 's', state: 'running' })],
    })
    const gone = look(ran, { tasks: [aTask({ id: 's', state: 'running' })] })
    expect(gone.unexplainedTaskIds).toEqual(new Set(['r']))
    expect(look(gone, {}).unexplainedTaskIds).toEqual(new Set(['r', 's']))
    expect(look(gone, { work: working() }).unexplainedTaskIds).toEqual(new Set())
  })

  test('leaves at most a thousand unexplained, the latest', () => {
    const ran = (count: number): Memory => ({
      ...first,
      runningTaskIds: new Set(Array.from({ length: count }, (_, n) => `task-${n}`)),
    })
    expect(look(ran(1_000), {}).unexplainedTaskIds.size).toBe(1_000)
    const cut = look(ran(1_001), {}).unexplainedTaskIds
    expect(cut.size).toBe(1_000)
    expect(cut.has('task-0')).toBe(false)
  })
})

describe('a restart of the server', () => {
  const ran = look(first, { tasks: [aTask({ id: 'r', state: 'running', agentId: id })] })
  const broke = (shown: readonly Task[]) =>
    look(ran, { tasks: shown, streamBrokeAt: testStartAt - 1 }).disturbance.kind

  test.each<[string, readonly Task[], string]>([
    ['what ran still runs: none', [aTask({ id: 'r', state: 'running', agentId: id })], 'own-start'],
    ['what ran is pending again', [aTask({ id: 'r', agentId: id })], 'stream-broke'],
    ['something else runs', [aTask({ id: 's', state: 'running', agentId: id })], 'stream-broke'],
  ])('after the stream of events broke, when %s', (_, shown, kind) => {
    expect(broke(shown)).toBe(kind)
  })

  test('may be what an answer that makes no sense means, and not what a queue that needs an agent does', () => {
    expect(look(first, { agents: new UnexpectedAnswer('<html>') }).serverAwaySince).toBe(testStartAt)
    expect(look(first, { agents: new Unsupported('too old') }).serverAwaySince).toBe(testStartAt)
    expect(look(first, { tasks: new QueueNeedsAgent('x') }).serverAwaySince).toBeUndefined()
  })
})

describe('machines', () => {
  const historyOf = (memory: Memory) => memory.machines.get(a)

  test('count the looks in a row without their record, or without themselves', () => {
    const both = look(first, { agents: [agent], machines: [machine(a)] })
    expect(historyOf(both)).toEqual({
      firstSeenAt: testStartAt,
      agentId: id,
      agentMissing: 0,
      machineMissing: 0,
      lastListedAt: testStartAt,
    })
    const at = testStartAt + 10_000
    const alone = look(look(both, { machines: [machine(a)] }), { at, machines: [machine(a)] })
    expect(historyOf(alone)).toMatchObject({
      agentMissing: 2,
      machineMissing: 0,
      agentId: id,
      lastListedAt: at,
    })
    const without = look(look(both, { agents: [agent] }), { at, agents: [agent] })
    expect(historyOf(without)).toMatchObject({
      agentMissing: 0,
      machineMissing: 2,
      lastListedAt: testStartAt,
    })
    expect(historyOf(look(without, { agents: [agent], machines: [machine(a)] }))).toMatchObject({
      machineMissing: 0,
    })
    expect(historyOf(look(alone, { agents: [agent], machines: [machine(a)] }))).toMatchObject({
      agentMissing: 0,
    })
  })

  test('are not missing from a list that is unreadable or old, nor while something is done to them', () => {
    const once = look(first, { agents: [agent] })
    expect(historyOf(look(once, { agents: [agent], machines: new Transient('503') }))).toMatchObject({
      machineMissing: 1,
    })
    expect(historyOf(look(once, { agents: [agent], reused: true }))).toMatchObject({ machineMissing: 1 })
    const busy = { inFlight: [underWay('launch', a)] }
    expect(historyOf(look(once, { agents: [agent], ...busy }))).toMatchObject({ machineMissing: 0 })
    expect(historyOf(look(first, { machines: [machine(a)], ...busy }))).toMatchObject({ agentMissing: 0 })
  })

  test('that no list shows any more are remembered for ten minutes, unless we removed them', () => {
    const listed = look(first, { machines: [machine(a)] })
    const missing = look(listed, { at: testStartAt + MINUTE_MS })
    expect(look(missing, { at: testStartAt + 11 * MINUTE_MS - 1 }).machines.has(a)).toBe(true)
    expect(look(missing, { at: testStartAt + 11 * MINUTE_MS }).machines.has(a)).toBe(false)
    // While lists cannot be read nobody can say that it is missing.
    const unread = look(listed, { at: testStartAt + 30 * MINUTE_MS, machines: new Transient('503') })
    expect(unread.machines.get(a)?.missingSinceAt).toBeUndefined()
    expect(look({ ...listed, removedNames: new Set([a]) }, {}).machines.has(a)).toBe(false)
  })

  test('that were launched are remembered for ten minutes, and then while something of them is there', () => {
    const launched = { ...first, launchEndedAt: new Map([[a, testStartAt]]) }
    const at = testStartAt + 10 * MINUTE_MS
    expect(look(launched, { at: at - 1 }).launchEndedAt.has(a)).toBe(true)
    expect(look(launched, { at }).launchEndedAt.has(a)).toBe(false)
    expect(look(launched, { at, agents: [agent] }).launchEndedAt.has(a)).toBe(true)
    expect(look(launched, { at, machines: [machine(a)] }).launchEndedAt.has(a)).toBe(true)
    expect(look(launched, { at, inFlight: [underWay('launch', a)] }).launchEndedAt.has(a)).toBe(true)
    expect(look(launched, { at, agents: new Transient('503') }).launchEndedAt.has(a)).toBe(true)
  })

  test('that could not be removed are left alone only while they are there', () => {
    const backOff = { sinceAt: 0, untilAt: 0, failures: 1, why: 'x', kind: 'transient' } as const
    const failed = {
      ...first,
      removalBackOff: new Map([
        [a, backOff],
        ['box', backOff],
      ]),
    }
    expect(look(failed, {}).removalBackOff.size).toBe(0)
    expect([...look(failed, { machines: [machine(a)] }).removalBackOff.keys()]).toEqual([a])
    expect([...look(failed, { agents: [anAgent({ name: 'box' })] }).removalBackOff.keys()]).toEqual(['box'])
  })
})

describe('machines made by hand', () => {
  const box: StandingSeen = { id: 'i-1', state: 'running', agentId: 'id-of-box' }
  const backingOff = {
    ...first,
    standingBackOff: new Map([['i-1', { untilAt: testStartAt, failures: 3, why: 'no capacity' }]]),
  }
  const boxAgent = (more: Partial<Agent> = {}) => anAgent({ name: 'box', ...more })

  test.each<[string, Look, boolean]>([
    ['is up and takes tasks', { standing: [box], agents: [boxAgent()] }, true],
    ['is up and cordoned', { standing: [box], agents: [boxAgent({ cordoned: true })] }, false],
    [
      'is not in contact',
      { standing: [box], agents: [boxAgent({ lastContactAt: testStartAt - 30_001 })] },
      false,
    ],
    [
      'is up, on a machine that stops',
      { standing: [{ ...box, state: 'stopping' }], agents: [boxAgent()] },
      false,
    ],
    ['is up, on another machine', { standing: [{ ...box, id: 'i-2' }], agents: [boxAgent()] }, false],
    ['is not known', { standing: [{ ...box, agentId: undefined }], agents: [boxAgent()] }, false],
    ['is gone', { standing: [box], agents: [] }, false],
    ['cannot be read', { standing: [box], agents: new Transient('503') }, false],
  ])('have shown that they can be started when their agent %s', (_, seen, forgiven) => {
    expect(look(backingOff, seen).standingBackOff.size).toBe(forgiven ? 0 : 1)
  })

  const rests = anAgent({ name: 'box', lastWorkAt: testStartAt - 20 * MINUTE_MS })
  const proven = look(
    { ...first, agents: new Map() },
    { at: testStartAt - 3 * MINUTE_MS, agents: [{ ...rests, lastContactAt: testStartAt - 3 * MINUTE_MS }] },
  )

  test.each<[string, Look, boolean]>([
    ['nothing is in the queue, nor in the database', { work: working() }, true],
    ['a task is in the queue', { tasks: tasks(1), work: working() }, false],
    ['the database was not asked', {}, false],
    ['the queue cannot be read', { tasks: new Transient('500'), work: working() }, false],
    ['the agents cannot be read', { agents: new Transient('500'), work: working() }, false],
    ['the database knows of work of an agent that is gone', { work: working('gone') }, true],
    [
      'the database knows of work of an agent that surely rests',
      { agents: [rests], work: working('id-of-box') },
      true,
    ],
    [
      'the database knows of work of an agent that has worked lately',
      { agents: [{ ...rests, lastWorkAt: testStartAt - MINUTE_MS }], work: working('id-of-box') },
      false,
    ],
  ])('all is quiet, or not, when %s', (_, seen, quiet) => {
    expect(look(proven, seen).quietSince).toBe(quiet ? testStartAt : undefined)
    const before = { ...proven, quietSince: testStartAt - 5 * MINUTE_MS }
    expect(look(before, seen).quietSince).toBe(quiet ? testStartAt - 5 * MINUTE_MS : undefined)
  })
})

describe('an agent', () => {
  const seen = (look: Partial<Agent>) => anAgent({ name: a, ...look })
  const historyOf = (memory: Memory) => memory.agents.get(id)

  test('is in contact for half a minute after its heartbeat, by the server’s clock', () => {
    const contact = (agoMs: number) => ({
      skewMs: 7_000,
      agents: [seen({ lastContactAt: testStartAt + 7_000 - agoMs })],
    })
    expect(historyOf(look(first, contact(30_000)))?.contactUnbrokenSince).toBe(testStartAt)
    expect(historyOf(look(first, contact(30_001)))?.contactUnbrokenSince).toBeUndefined()
  })

  test('is free while it is in contact, uncordoned, with room, and the queue goes on', () => {
    const freeSince = (shown: Look) => historyOf(look(first, shown))?.freeSince
    const running = aTask({ state: 'running', agentId: id })
    expect(freeSince({ agents: [agent] })).toBe(testStartAt)
    expect(freeSince({ agents: [seen({ capacity: 2 })], tasks: [running] })).toBe(testStartAt)
    expect(freeSince({ agents: [agent], tasks: [running] })).toBeUndefined()
    expect(freeSince({ agents: [seen({ cordoned: true })] })).toBeUndefined()
    expect(freeSince({ agents: [seen({ lastContactAt: testStartAt - MINUTE_MS })] })).toBeUndefined()
    expect(freeSince({ agents: [agent], paused: true })).toBeUndefined()
    expect(freeSince({ agents: [agent], tasks: new Transient('500') })).toBeUndefined()
  })

  test('keeps since when it is free, first seen, and last seen unregistered', () => {
    const later = testStartAt + 10_000
    const once = look(first, { agents: [agent] })
    const twice = look(once, { at: later, agents: [seen({ lastContactAt: later })] })
    expect(historyOf(twice)).toMatchObject({
      freeSince: testStartAt,
      firstContactSeenAt: testStartAt,
      contactUnbrokenSince: testStartAt,
      unregisteredSeenAt: undefined,
    })
    const booting = look(look(first, { agents: [aBootingAgent({ name: a })] }), {
      at: later,
      agents: [aBootingAgent({ name: a, lastContactAt: later, capacity: 1 })],
    })
    expect(historyOf(booting)).toMatchObject({ unregisteredSeenAt: testStartAt, firstContactSeenAt: later })
  })

  test('is seen idle two seconds after its second cordon, and not before', () => {
    const drain = {
      because: 'idle',
      cordonedAt: testStartAt - 20_000,
      cordonedAtServer: testStartAt - 20_000,
      seenIdleAt: undefined,
    } as const
    const seenIdleAt = (agoMs: number, shown: Look = {}) => {
      const cordoned = [seen({ cordoned: true, lastWorkAt: testStartAt - 100_000 })]
      const once = look(first, {
        at: testStartAt - 10_000,
        agents: [seen({ cordoned: true, lastContactAt: testStartAt - 10_000 })],
      })
      const before = { ...historyOf(once)!, drain: { ...drain, cordonedAgainAt: testStartAt - agoMs } }
      const memory = look(
        { ...once, agents: new Map([[id, before]]) },
        { agents: cordoned, work: working(), ...shown },
      )
      return historyOf(memory)?.drain?.seenIdleAt
    }
    expect(seenIdleAt(2_000)).toBe(testStartAt)
    expect(seenIdleAt(1_999)).toBeUndefined()
    expect(seenIdleAt(2_000, { work: working(id) })).toBeUndefined()
  })

  test('that was never seen before it registered tells nothing of boots', () => {
    const seenOnce = look(first, { agents: [agent] })
    expect(look(seenOnce, { at: testStartAt + 10_000, agents: [agent] }).bootTimesMs.size).toBe(0)
  })

  test('has its boot counted from the end of the call that made its machine, twenty boots at most', () => {
    const booting = look(first, { agents: [aBootingAgent({ name: a })] })
    const boot = (memory: Memory) =>
      look(memory, {
        at: testStartAt + 5_000,
        agents: [{ ...agent, createdAt: testStartAt - MINUTE_MS, lastContactAt: testStartAt }],
      })
    const launched = { ...booting, launchEndedAt: new Map([[a, testStartAt - 20_000]]) }
    expect(boot(launched).bootTimesMs.get('1')).toEqual([25_000])
    expect(boot(booting).bootTimesMs.get('1')).toEqual([65_000])
    const many = { ...launched, bootTimesMs: new Map([['1', Array.from({ length: 20 }, (_, n) => n)]]) }
    expect(boot(many).bootTimesMs.get('1')).toEqual([...Array.from({ length: 19 }, (_, n) => n + 1), 25_000])
    const ofOthers = look(first, { agents: [aBootingAgent({ name: 'foreign' })] })
    expect(
      look(ofOthers, { agents: [anAgent({ name: 'foreign', createdAt: testStartAt - MINUTE_MS })] })
        .bootTimesMs.size,
    ).toBe(0)
  })
})
