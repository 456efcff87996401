import type { Action, Hold, Outcome } from '@woodpeckers/autoscaler-core'
import { Transient } from '@woodpeckers/autoscaler-core'
import { aTask } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { aReport, type Seen } from '../a-report.test-setup.ts'
import { Happenings } from './happenings.ts'

const atMax: Hold = { kind: 'hold', pool: '1', because: 'at-max', reason: '3 more are wanted', wanted: 3 }

function teller(): (seen?: Seen) => readonly string[] {
  const happenings = new Happenings()
  let tick = 0
  return (seen = {}) => {
    tick++
    return happenings.ofTick(aReport({ tick, at: tick * 10, holds: [], ...seen })).map(({ text }) => text)
  }
}

test('a tick that changes nothing has nothing to tell', () => {
  const tell = teller()
  tell()
  expect(tell()).toEqual([])
})

test('a hold is told when it begins, when its number changes, and when it is over', () => {
  const tell = teller()
  expect(tell({ holds: [atMax] })).toEqual(['hold: 3 more are wanted'])
  expect(tell({ holds: [{ ...atMax, reason: '3 more are wanted, for 10s' }] })).toEqual([])
  expect(tell({ holds: [{ ...atMax, wanted: 4, reason: '4 more are wanted' }] })).toEqual([
    'hold: 4 more are wanted',
  ])
  expect(tell()).toEqual(['no longer held: at-max'])
  expect(tell({ holds: [atMax] })).toEqual(['hold: 3 more are wanted'])
})

test('a hundred agents that wait for the same are one event, and so is their release', () => {
  const holds = Array.from(
    { length: 100 },
    (_, at): Hold => ({
      kind: 'hold',
      pool: '1',
      because: 'after-restart',
      reason: 'the server has just restarted',
      subject: `pool-1-agent-${at}`,
    }),
  )
  const happenings = new Happenings()
  const [begun, ...more] = happenings.ofTick(aReport({ holds }))
  expect(more).toEqual([])
  expect(begun).toMatchObject({
    kind: 'hold',
    because: 'after-restart',
    times: 100,
    text: 'hold ×100: the server has just restarted',
  })
  expect(begun?.subjects).toHaveLength(50)
  const ended = happenings.ofTick(aReport({ tick: 2, holds: [] }))
  expect(ended.map(({ kind, text }) => [kind, text])).toEqual([
    ['released', 'no longer held: after-restart ×100'],
  ])
})

test('a task that no agent can take is named once, with the label in the way, and again when it is gone', () => {
  const tell = teller()
  const tasks = [aTask({ id: '9', title: 'acme/app#9 train', labels: { gpu: 'yes' } })]
  expect(tell({ tasks })).toEqual(['no agent can take acme/app#9 train: pool 1 has no gpu=yes'])
  expect(tell({ tasks })).toEqual([])
  expect(tell()).toEqual(['no longer held: no-pool-matches acme/app#9 train'])
})

test.each([
  ['the agents cannot be read', { agents: new Transient('503') }],
  ['the queue cannot be read', { tasks: new Transient('503') }],
  ['the queue is paused', { paused: true }],
])('while %s nothing is said of tasks that no agent can take', (_, unknown) => {
  const tell = teller()
  const gpu = aTask({ id: '9', title: 'acme/app#9 train', labels: { gpu: 'yes' } })
  const arm = aTask({ id: '10', title: 'acme/app#10 arm', labels: { platform: 'linux/arm64' } })
  tell({ tasks: [gpu] })
  const texts = tell({ tasks: [gpu, arm], ...unknown })
  expect(texts.filter((text) => /acme\/app/.test(text))).toEqual([])
  expect(tell({ tasks: [gpu, arm] }).filter((text) => /acme\/app/.test(text))).toEqual([
    'no agent can take acme/app#10 arm: pool 1 has no platform=linux/arm64, but linux/amd64',
  ])
})

test('each decision is an event of its own, and what came of it names the tick that decided it', () => {
  const happenings = new Happenings()
  const report = aReport({ tick: 7, tasks: [aTask({ id: 'a' }), aTask({ id: 'b' })] })
  const decided = happenings.ofTick(report)
  expect(decided.map(({ kind, action, because, tick }) => ({ kind, action, because, tick }))).toEqual([
    { kind: 'decision', action: 'launch', because: 'demand', tick: 7 },
    { kind: 'decision', action: 'launch', because: 'demand', tick: 7 },
  ])
  happenings.ofTick(aReport({ tick: 8 }))
  const action = report.plan.actions[0] as Action
  const outcome: Outcome = { action, name: 'pool-1-agent-x', at: 5_000, tookMs: 1_234, result: 'done' }
  expect(happenings.ofOutcome(outcome)).toMatchObject({
    at: 5_000,
    tick: 7,
    kind: 'outcome',
    subject: 'pool-1-agent-x',
    result: 'done',
    text: 'launch pool-1-agent-x: done in 1.2s',
  })
})

test('an outcome that failed says what of, and is alarming', () => {
  const action = aReport({ tasks: [aTask()] }).plan.actions[0] as Action
  const happening = new Happenings().ofOutcome({
    action,
    name: 'pool-1-agent-x',
    at: 0,
    tookMs: 10,
    result: 'failed',
    detail: 'the cloud is full',
    error: new Transient('the cloud is full'),
    refusals: [{ offering: 'cx22:fsn1', kind: 'offering-unavailable', why: 'sold out' }],
    consoleTail: 'password=hunter2',
  })
  expect(happening).toMatchObject({
    result: 'failed',
    error: 'transient',
    refused: [{ offering: 'cx22:fsn1', why: 'sold out' }],
    isAlarming: true,
    text: 'launch pool-1-agent-x: failed, the cloud is full',
  })
  // A console may show anything: it goes to the log alone, which takes secrets out.
  expect(JSON.stringify(happening)).not.toContain('hunter2')
})

test('a text that somebody made endless is cut off', () => {
  const [told] = new Happenings().ofTick(aReport({ holds: [{ ...atMax, reason: 'x'.repeat(100_000) }] }))
  expect(told?.text.length).toBeLessThan(1_100)
})
