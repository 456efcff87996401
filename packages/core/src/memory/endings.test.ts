import { expect, test } from 'vitest'
import { firstMemory, type Memory } from '../model/memory.ts'
import type { Task } from '../model/task.ts'
import type { TaskEnding } from '../ports/ci-server.ts'
import { Transient } from '../ports/errors.ts'
import { anAgent, aTask, testStartAt } from '../testing/builders.ts'
import { leftSoon, observeEndings } from './endings.ts'

const a = anAgent({ name: 'a' })
const b = anAgent({ name: 'b' })
const failed = (agentId: string, ranMs = 2_000): TaskEnding => ({ taskId: 't', agentId, failed: true, ranMs })
const well = (agentId: string): TaskEnding => ({ taskId: 't', agentId, failed: false, ranMs: 2_000 })

function look(
  memory: Memory,
  {
    tasks = [],
    endings = [],
    at = testStartAt,
    agents = [a, b],
  }: {
    readonly tasks?: readonly Task[]
    readonly endings?: readonly TaskEnding[]
    readonly at?: number
    readonly agents?: readonly (typeof a)[]
  },
): Memory {
  const seen = observeEndings(memory, {
    takenAt: at,
    inFlight: [],
    machines: new Map(),
    agents: { ok: true, value: { agents, serverNowAt: at } },
    queue: { ok: true, value: { tasks, paused: false, pollingSlots: 0 } },
    work: undefined,
    endings,
    streamBrokeAt: undefined,
  })
  return { ...memory, ...seen }
}

const first = firstMemory(testStartAt - 60_000)

test('failures within seconds are counted in a row', () => {
  const memory = look(look(first, { endings: [failed(a.id), failed(a.id)] }), { endings: [failed(a.id)] })
  expect(memory.quickFailures.get(a.id)).toEqual({ inARow: 3, sinceAt: testStartAt })
})

test('one task that does not fail begins the count anew, wherever in its look it ended', () => {
  const memory = look(first, { endings: [failed(a.id), well(a.id), failed(a.id)] })
  expect(memory.quickFailures.has(a.id)).toBe(false)
  expect(memory.didWellAt.get(a.id)).toBe(testStartAt)
  expect(look(memory, { endings: [failed(a.id)] }).quickFailures.get(a.id)?.inARow).toBe(1)
})

test.each([
  ['ran on it', { runningSince: new Map([['9', { sinceAt: testStartAt, agentId: a.id }]]) }, [b.id]],
  ['may have run on any', { pendingSince: new Map([['9', testStartAt]]) }, []],
])('a task that left, %s, and of which nothing is said may have gone well', (_, seen, left) => {
  const counted = { ...look(first, { endings: [failed(a.id), failed(b.id)] }), ...seen }
  expect([...look(counted, { tasks: [aTask({ id: '9' })] }).quickFailures.keys()]).toEqual([a.id, b.id])
  expect([...look(counted, {}).quickFailures.keys()]).toEqual(left)
  const said = { taskId: '9', agentId: a.id, failed: true, ranMs: 2_000 }
  expect(look(counted, { endings: [said] }).quickFailures.get(a.id)?.inARow).toBe(2)
})

test('while the queue cannot be read what goes well is not seen', () => {
  const counted = look(first, { endings: [failed(a.id)] })
  const away = { ok: false, error: new Transient('503') } as const
  const unread = observeEndings(counted, {
    takenAt: testStartAt,
    inFlight: [],
    machines: new Map(),
    agents: away,
    queue: away,
    work: undefined,
    streamBrokeAt: undefined,
  })
  expect(unread.quickFailures.size).toBe(0)
})

test('a failure after longer work is none of the agent’s', () => {
  expect(look(first, { endings: [failed(a.id, 20_001)] }).quickFailures.size).toBe(0)
  expect(look(first, { endings: [failed(a.id, 20_000)] }).quickFailures.size).toBe(1)
})

test('a task that runs on shows that its agent does well', () => {
  const tasks = [aTask({ state: 'running', agentId: a.id })]
  const begun = look(look(first, { endings: [failed(a.id)] }), { tasks })
  expect(look(begun, { tasks, at: testStartAt + 45_000 }).quickFailures.size).toBe(1)
  const later = look(begun, { tasks, at: testStartAt + 45_001 })
  expect(later.quickFailures.size).toBe(0)
  expect(later.didWellAt.get(a.id)).toBe(testStartAt + 45_001)
})

test('of those that do well the last two are known, the latest first', () => {
  const begun = look(look(first, { endings: [well('1'), well('2'), well('1')] }), {})
  expect([...begun.didWellAt.keys()]).toEqual(['1', '2'])
  const later = look(begun, { endings: [well('3')], at: testStartAt + 1_000 })
  expect([...later.didWellAt]).toEqual([
    ['3', testStartAt + 1_000],
    ['1', testStartAt],
  ])
  expect(look(later, { at: testStartAt + 3_602_000 }).didWellAt.size).toBe(0)
})

test('an agent that is gone is forgotten', () => {
  const memory = look(look(first, { endings: [failed(a.id)] }), { agents: [b] })
  expect(memory.quickFailures.size).toBe(0)
})

test('it is asked about tasks that left soon after they began, or were never seen to run', () => {
  const memory = {
    ...first,
    runningSince: new Map([
      ['quick', { sinceAt: testStartAt - 10_000, agentId: undefined }],
      ['long', { sinceAt: testStartAt - 60_000, agentId: undefined }],
      ['runs', { sinceAt: testStartAt - 10_000, agentId: undefined }],
    ]),
    pendingSince: new Map([
      ['unseen', testStartAt - 10_000],
      ['waits', testStartAt - 10_000],
    ]),
  }
  const queue = [aTask({ id: 'runs', state: 'running' }), aTask({ id: 'waits' })]
  expect(leftSoon(memory, queue, testStartAt)).toEqual(['quick', 'unseen'])
})
