import { describe, expect, test } from 'vitest'
import { firstMemory, type Memory } from '../model/memory.ts'
import { poolOfName } from '../model/names.ts'
import type { Operation, Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { leftAloneKey, noTrials } from '../model/trials.ts'
import { anAgent, aPool, aTask, testStartAt } from '../testing/builders.ts'
import { simpleMatching } from '../testing/simple-matching.ts'
import { observeLeftAlone } from './left-alone.ts'
import { observe } from './observe.ts'

const MINUTE_MS = 60_000
const name = 'pool-1-agent-a'
const pool = aPool()
const agent = anAgent({ name, createdAt: testStartAt - 3 * MINUTE_MS, lastWorkAt: undefined })
const first: Memory = {
  ...firstMemory(testStartAt - 60 * MINUTE_MS),
  trials: {
    ...noTrials,
    launched: new Map([
      [
        name,
        {
          pool: '1',
          configuration: '',
          machineType: undefined,
          at: testStartAt - 2 * MINUTE_MS,
          taskId: 'task-1',
          taskClass: '[]',
          hasRegistered: true,
        },
      ],
    ]),
  },
}

interface Look {
  readonly agents?: readonly (typeof agent)[]
  readonly tasks?: readonly Task[]
  readonly paused?: boolean
  readonly inFlight?: readonly Operation[]
}

function look(memory: Memory, at: number, seen: Look = {}): Memory {
  const { agents = [agent], tasks = [aTask({ id: 'another' })], paused = false, inFlight = [] } = seen
  const inContact = agents.map((each) => ({ ...each, lastContactAt: at }))
  const snapshot: Snapshot = {
    takenAt: at,
    inFlight,
    streamBrokeAt: undefined,
    machines: new Map(),
    agents: { ok: true, value: { agents: inContact, serverNowAt: at } },
    queue: { ok: true, value: { tasks, paused, pollingSlots: 9 } },
    work: undefined,
  }
  const observed = observe(memory, snapshot, poolOfName)
  return { ...observed, ...observeLeftAlone(observed, snapshot, { pools: [pool], matching: simpleMatching }) }
}

const namesIn = ({ trials }: Memory) =>
  trials.leftAlone.get(leftAloneKey('1', '[]'))?.by.map((each) => each.name) ?? []
const early = look(first, testStartAt - 15_000)

describe('a class of tasks that an agent leaves alone', () => {
  test('is noticed when both have waited for 15 s, whichever task it was launched for', () => {
    expect(namesIn(look(early, testStartAt))).toEqual([name])
    expect(namesIn(look(early, testStartAt - 1))).toEqual([])
  })

  test('is noticed once', () => {
    expect(namesIn(look(look(early, testStartAt), testStartAt + 10_000))).toEqual([name])
  })

  test.each<[string, Look]>([
    ['while the queue is paused', { paused: true }],
    [
      'while something is done to the agent',
      { inFlight: [{ kind: 'cordon', pool: '1', name, startedAt: testStartAt }] },
    ],
    ['that has labels which say why', { agents: [{ ...agent, labels: { repo: 'acme/other' } }] }],
    ['when only tasks of another class wait', { tasks: [aTask({ labels: { platform: 'linux/amd64' } })] }],
    ['when no task waits', { tasks: [] }],
  ])('is not noticed %s', (_, seen) => {
    expect(namesIn(look(look(first, testStartAt - 15_000, seen), testStartAt, seen))).toEqual([])
  })

  const left = look(early, testStartAt)

  test('is kept in mind when task and agent are gone', () => {
    expect(namesIn(look(left, testStartAt + 30 * MINUTE_MS, { agents: [], tasks: [] }))).toEqual([name])
    expect(namesIn(look(left, testStartAt + 121 * MINUTE_MS, { agents: [], tasks: [] }))).toEqual([])
  })

  test('is forgotten when an agent of the pool starts one of them', () => {
    const running = { id: 'later', state: 'running', agentId: agent.id } as const
    expect(namesIn(look(left, testStartAt + 1_000, { tasks: [aTask(running)] }))).toEqual([])
    const ofAnotherClass = { ...running, labels: { platform: 'linux/amd64' } }
    expect(namesIn(look(left, testStartAt + 1_000, { tasks: [aTask(ofAnotherClass)] }))).toEqual([name])
  })

  test('is forgotten when the server was away since, and kept over a restart of our own', () => {
    const at = testStartAt + 1_000
    const later = { ...left, disturbance: { at, kind: 'away' } as const }
    expect(namesIn(look(later, testStartAt + 2_000, { agents: [] }))).toEqual([])
    const restarted = { ...firstMemory(at), trials: left.trials }
    expect(namesIn(look(restarted, testStartAt + 2_000, { agents: [] }))).toEqual([name])
  })

  test('is not noticed by agents that were there when the server restarted: they may be at work', () => {
    const disturbed = { ...early, disturbance: { at: testStartAt - 14_000, kind: 'away' } as const }
    const since = { ...agent, lastWorkAt: testStartAt - 30_000 }
    expect(namesIn(look(disturbed, testStartAt + 20_000, { agents: [since] }))).toEqual([])
  })
})
