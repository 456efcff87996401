import { expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import { firstMemory, type Memory } from '../model/memory.ts'
import type { Operation, Snapshot } from '../model/snapshot.ts'
import { Transient } from '../ports/errors.ts'
import { anAgent, testStartAt } from '../testing/builders.ts'
import { observe } from './observe.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const agent = anAgent({ name })
const poolOf = (of: string) => (of.startsWith('pool-1-agent-') ? '1' : undefined)

/** What was seen so many seconds after the start; `away`: the list leaves the agent out. */
type Look = readonly [atS: number, seen: 'free' | 'cordoned' | 'away', more?: Partial<Snapshot>]

function look(before: Memory, [atS, seen, more]: Look): Memory {
  const takenAt = testStartAt + atS * 1_000
  const known: Agent = { ...agent, lastContactAt: takenAt, cordoned: seen === 'cordoned' }
  const agents = seen === 'away' ? [] : [known]
  const snapshot: Snapshot = {
    takenAt,
    inFlight: [],
    streamBrokeAt: undefined,
    machines: new Map(),
    agents: { ok: true, value: { agents, serverNowAt: takenAt } },
    queue: { ok: true, value: { tasks: [], paused: false, pollingSlots: 1 } },
    work: undefined,
    ...more,
  }
  return observe(before, snapshot, poolOf)
}

/** Of a process that has just begun, or one that is an hour old. */
const young = firstMemory(testStartAt)
const old = firstMemory(testStartAt - 60 * MINUTE_MS)
const creator = (memory: Memory): Memory => ({ ...memory, madeNames: new Set([name]) })
const writtenAt =
  (atS: number) =>
  (memory: Memory): Memory => {
    const history = memory.agents.get(agent.id)!
    const written = { ...history, ownWriteAt: testStartAt + atS * 1_000 }
    return { ...memory, agents: new Map([[agent.id, written]]) }
  }
const cordons: Operation = { kind: 'cordon', pool: '1', name, agentId: agent.id, startedAt: testStartAt }
const down = {
  agents: { ok: false, error: new Transient('503') },
  queue: { ok: false, error: new Transient('503') },
} as const
const other = { pool: '1', firstSeenAt: testStartAt }

type Step = Look | ((memory: Memory) => Memory)
const rows: readonly (readonly [string, Memory, readonly Step[], boolean])[] = [
  [
    'that this process saw uncordoned before',
    old,
    [
      [0, 'free'],
      [10, 'cordoned'],
    ],
    true,
  ],
  [
    'that this process created, at once after its start',
    creator(young),
    [
      [0, 'free'],
      [10, 'cordoned'],
    ],
    true,
  ],
  [
    'that was cordoned at first sight',
    old,
    [
      [0, 'cordoned'],
      [10, 'cordoned'],
    ],
    false,
  ],
  [
    'of an earlier process that may not have ended',
    young,
    [
      [0, 'free'],
      [200, 'free'],
      [210, 'cordoned'],
    ],
    false,
  ],
  [
    'of an earlier process that has long ended',
    young,
    [
      [0, 'free'],
      [310, 'free'],
      [320, 'cordoned'],
    ],
    true,
  ],
  [
    'that this process wrote a moment before',
    old,
    [[0, 'free'], writtenAt(5), [10, 'free'], [20, 'cordoned']],
    false,
  ],
  [
    'that this process wrote long before',
    old,
    [[0, 'free'], writtenAt(5), [70, 'free'], [80, 'cordoned']],
    true,
  ],
  [
    'that is being written',
    old,
    [
      [0, 'free'],
      [10, 'cordoned', { inFlight: [cordons] }],
      [20, 'cordoned'],
    ],
    false,
  ],
  [
    'that another process may have cordoned',
    { ...old, strangers: new Map([['x', other]]) },
    [
      [0, 'free'],
      [10, 'cordoned'],
    ],
    false,
  ],
  [
    'that a restored database may have cordoned',
    old,
    [
      [0, 'free'],
      [10, 'away', down],
      [20, 'cordoned'],
    ],
    false,
  ],
  [
    'that no database can have as cordoned',
    creator(old),
    [
      [0, 'free'],
      [10, 'away', down],
      [20, 'cordoned'],
    ],
    true,
  ],
  [
    'whose cordon was lifted',
    old,
    [
      [0, 'free'],
      [10, 'cordoned'],
      [20, 'free'],
    ],
    false,
  ],
  [
    'that a list left out meanwhile',
    old,
    [
      [0, 'free'],
      [10, 'cordoned'],
      [20, 'away'],
      [30, 'cordoned'],
    ],
    true,
  ],
  [
    'that an earlier process kept',
    { ...young, cordonedByOthers: new Set([name]) },
    [
      [0, 'away'],
      [10, 'cordoned'],
    ],
    true,
  ],
  [
    'that an earlier process kept, and that is free since',
    { ...young, cordonedByOthers: new Set([name]) },
    [
      [0, 'free'],
      [10, 'cordoned'],
    ],
    false,
  ],
]

test.each(rows)('the cordon of an agent %s is somebody else’s, or not', (_, first, steps, isOthers) => {
  const memory = steps.reduce(
    (before, step) => (typeof step === 'function' ? step(before) : look(before, step)),
    first,
  )
  expect(memory.agents.get(agent.id)?.cordonedByOthersAt !== undefined).toBe(isOthers)
  expect(memory.cordonedByOthers.has(name)).toBe(isOthers)
})
