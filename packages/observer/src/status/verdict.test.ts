import {
  AuthError,
  type Hold,
  type MemberState,
  QueueNeedsAgent,
  Transient,
} from '@woodpeckers/autoscaler-core'
import { aBootingAgent, aMachine, anAgent, aPool, aTask, tasks } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { aReport, type Seen } from '../a-report.test-setup.ts'
import { Unreadable } from './unread.ts'
import { verdictOf } from './verdict.ts'

/** The verdict after these looks, as `level: sentence`. */
function verdict(...looks: readonly Seen[]): string {
  const unreadable = new Unreadable()
  const reports = looks.map((seen) => aReport(seen))
  for (const report of reports) unreadable.onTick(report)
  const { level, sentence } = verdictOf(reports.at(-1)!, unreadable.now)
  return `${level}: ${sentence}`
}

const names = ['a', 'b', 'c'].map((letter) => `pool-1-agent-${letter.repeat(6)}`)
const agents = names.map((name) => anAgent({ name, capacity: 2 }))
const machines = names.map((name) => aMachine({ name }))
const runs = (count: number) =>
  tasks(count).map((task, at) => ({
    ...task,
    id: `r${at}`,
    state: 'running' as const,
    agentId: agents[at % 3]!.id,
  }))
const hold = (because: Hold['because'], reason: string, more: Partial<Hold> = {}): Hold => ({
  kind: 'hold',
  pool: '1',
  because,
  reason,
  ...more,
})

test.each<[string, string, Seen]>([
  ['there is nothing', 'good: All is well: no machine runs, nothing waits.', {}],
  [
    'all machines work',
    'good: All is well: 3 machines run 5 tasks, nothing waits.',
    { agents, machines, tasks: runs(5) },
  ],
  [
    'some machines work',
    'good: All is well: 1 of 3 machines runs 1 task, nothing waits.',
    { agents, machines, tasks: runs(1) },
  ],
  [
    'no machine works',
    'good: All is well: 3 machines are without work, nothing waits.',
    { agents, machines },
  ],
  [
    'a machine boots for the task',
    'good: All is well: 1 machine boots, 1 task waits for machines that come up.',
    { agents: [aBootingAgent()], machines: [aMachine()], tasks: [aTask()] },
  ],
  [
    'machines are being made, and a slot is free',
    'good: All is well: 1 machine is without work, 1 task waits for machines that come up, 1 task starts in a moment.',
    { agents: [anAgent()], machines: [aMachine()], tasks: tasks(2) },
  ],
  [
    'the pool is full',
    'attention: Nothing comes yet for 2 of 3 waiting tasks (pool 1): the pool is at its limit of 1 machine.',
    { pools: [aPool({ max: 1 })], tasks: tasks(3) },
  ],
  [
    'a task matches nothing',
    'attention: Nothing comes yet for 1 waiting task: …',
    { tasks: [aTask({ labels: { gpu: 'yes' } })] },
  ],
  [
    'tasks of one group wait for each other',
    'good: All is well: 1 machine runs 1 task, 1 task waits its turn.',
    {
      agents: [anAgent()],
      machines: [aMachine()],
      tasks: [
        aTask({ id: 'a', state: 'running', agentId: anAgent().id, concurrency: { group: 'g', limit: 1 } }),
        aTask({ id: 'b', concurrency: { group: 'g', limit: 1 } }),
      ],
    },
  ],
  [
    'the cloud refuses launches',
    'trouble: Pool 1: the last launch failed: no such image.',
    { holds: [hold('backing-off', 'the last launch failed: no such image')] },
  ],
  [
    'several machines cannot be ended',
    'trouble: pool-1-agent-x: its removal failed (and 1 more like it).',
    {
      holds: [
        hold('backing-off', 'its removal failed', { subject: 'pool-1-agent-x' }),
        hold('backing-off', 'its removal failed', { subject: 'pool-1-agent-y' }),
      ],
    },
  ],
  [
    'a machine is kept for somebody to look at',
    'attention: pool-1-agent-x: it never connected; kept for somebody to look at.',
    {
      holds: [
        hold('kept-failed', 'it never connected; kept for somebody to look at', {
          subject: 'pool-1-agent-x',
        }),
      ],
    },
  ],
  [
    'somebody paused a pool',
    'attention: The pool 1 is paused: nothing of it is launched or ended.',
    { orders: { paused: new Set(['1']) } },
  ],
  [
    'somebody paused everything',
    'attention: Everything is paused: nothing is launched and nothing is ended.',
    { orders: { paused: 'all' } },
  ],
  [
    'the queue cannot be read',
    'trouble: The queue cannot be read: the server answered 503.',
    { tasks: new Transient('the server answered 503') },
  ],
  [
    'the token is refused',
    'trouble: The list of agents cannot be read: 401: token is wrong.',
    { agents: new AuthError('401: token is wrong'), tasks: new AuthError('401: token is wrong') },
  ],
  [
    'the cloud does not answer',
    'trouble: The list of machines of the pool 1 cannot be read: fetch failed.',
    { machines: new Transient('fetch failed') },
  ],
])('where %s', (_, sentence, seen) => {
  const cut = sentence.indexOf('…')
  expect(cut < 0 ? verdict(seen) : `${verdict(seen).slice(0, cut)}…`).toBe(sentence)
})

test('it says since when something cannot be read', () => {
  const away = new Transient('fetch failed')
  expect(verdict({ tasks: away }, { at: 90, tasks: away }, { at: 180, tasks: away })).toBe(
    'trouble: The queue cannot be read since 3m: fetch failed.',
  )
  expect(verdict({ tasks: away }, { at: 90 }, { at: 180, tasks: away })).toBe(
    'trouble: The queue cannot be read: fetch failed.',
  )
})

test('a queue that only an agent can mend is no trouble', () => {
  expect(verdict({ tasks: new QueueNeedsAgent('pipeline not found') })).toMatch(/^good/)
})

test('every state that a machine can be in has its words', () => {
  const report = aReport({ agents, machines })
  const states: readonly MemberState[] = [
    'parked',
    'silent',
    'lost',
    'orphan',
    'zombie',
    'ending',
    'launching',
  ]
  for (const state of states) {
    const pools = report.plan.pools.map((pool) => ({
      ...pool,
      members: pool.members.map((member) => ({ ...member, state })),
    }))
    const { sentence } = verdictOf({ ...report, plan: { ...report.plan, pools } }, [])
    expect(sentence).toMatch(/^All is well: .+, nothing waits\.$/)
  }
})
