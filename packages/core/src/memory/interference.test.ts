import { expect, test } from 'vitest'
import { type AgentHistory, firstMemory, type Interference, type Memory } from '../model/memory.ts'
import type { Operation, Snapshot } from '../model/snapshot.ts'
import { anAgent, testStartAt } from '../testing/builders.ts'
import { isInterfered, namesLifted } from './interference.ts'
import { observe } from './observe.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const agent = anAgent({ name })
const poolOf = (of: string) => (of.startsWith('pool-1-agent-') ? '1' : undefined)

function look(before: Memory, cordoned: boolean, inFlight: readonly Operation[] = []): Memory {
  const takenAt = testStartAt
  const snapshot: Snapshot = {
    takenAt,
    inFlight,
    streamBrokeAt: undefined,
    machines: new Map(),
    agents: {
      ok: true,
      value: { agents: [{ ...agent, lastContactAt: takenAt, cordoned }], serverNowAt: takenAt },
    },
    queue: { ok: true, value: { tasks: [], paused: false, pollingSlots: 1 } },
    work: undefined,
  }
  return observe(before, snapshot, poolOf)
}

/** This process has cordoned the agent a minute ago, for this. */
function cordonedFor(because: 'drifted' | 'max-age' | 'idle', more: Partial<AgentHistory> = {}): Memory {
  const seen = look(firstMemory(testStartAt - 60 * MINUTE_MS), false)
  const cordonedAt = testStartAt - MINUTE_MS
  const drain = {
    because,
    cordonedAt,
    cordonedAtServer: cordonedAt,
    cordonedAgainAt: undefined,
    seenIdleAt: undefined,
  }
  return { ...seen, agents: new Map([[agent.id, { ...seen.agents.get(agent.id)!, drain, ...more }]]) }
}

const uncordons: Operation = { kind: 'uncordon', pool: '1', name, agentId: agent.id, startedAt: testStartAt }
const restored: Memory = {
  ...cordonedFor('drifted'),
  disturbance: { at: testStartAt - 1_000, kind: 'work-forgotten' },
}

test.each<readonly [string, Memory, boolean, readonly Operation[], number]>([
  ['for changed settings that is lifted', cordonedFor('drifted'), false, [], 1],
  ['for age that is lifted', cordonedFor('max-age'), false, [], 1],
  ['that stands', cordonedFor('drifted'), true, [], 0],
  ['of an idle agent, which anybody may need', cordonedFor('idle'), false, [], 0],
  ['that this process lifts', cordonedFor('drifted'), false, [uncordons], 0],
  [
    'that this process has lifted, and the answer was lost',
    cordonedFor('drifted', { uncordonFailedAt: testStartAt - 1_000 }),
    false,
    [],
    0,
  ],
  ['that a restored database does not have', restored, false, [], 0],
])('a cordon %s', (_, memory, cordoned, inFlight, count) => {
  const { interference } = look(memory, cordoned, inFlight)
  expect(interference.map(({ what }) => what)).toEqual(Array.from({ length: count }, () => 'lifted'))
})

test('an agent that somebody else created in our first five minutes is noticed, once', () => {
  const memory = look(firstMemory(agent.createdAt - MINUTE_MS), false)
  expect(memory.interference).toEqual([{ pool: '1', name, at: testStartAt, what: 'made' }])
  expect(look(memory, false).interference).toHaveLength(1)
})

const lifted = (...minutesAgo: readonly number[]): readonly Interference[] =>
  minutesAgo.map((ago, at) => ({
    pool: '1',
    name: `agent-${at}`,
    at: testStartAt - ago * MINUTE_MS,
    what: 'lifted',
  }))

test.each<readonly [string, readonly Interference[], boolean, readonly string[]]>([
  ['one, a moment ago: perhaps a heartbeat', lifted(9), true, []],
  ['one, ten minutes ago', lifted(10), false, []],
  ['two, the last of them less than an hour ago', lifted(150, 59), true, ['agent-0', 'agent-1']],
  ['two, an hour ago', lifted(61, 60), false, []],
  ['two that have nothing to do with each other', lifted(160, 30), false, []],
  ['those of another pool', lifted(2, 1).map((each) => ({ ...each, pool: '2' })), false, []],
])('cordons that were lifted stop renewals: %s', (_, interference, stops, names) => {
  const memory: Memory = { ...firstMemory(0), interference }
  expect(isInterfered(memory, '1', testStartAt)).toBe(stops)
  expect(namesLifted(memory, '1', testStartAt)).toEqual(names)
})

test('what was seen is forgotten after three hours', () => {
  const memory: Memory = { ...cordonedFor('idle'), interference: lifted(180, 179) }
  expect(look(memory, true).interference.map((each) => each.name)).toEqual(['agent-1'])
})
