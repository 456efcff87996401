import {
  type Action,
  type Hold,
  type Log,
  type Plan,
  type TickReport,
  Transient,
} from '@woodpeckers/autoscaler-core'
import { beforeEach, expect, test } from 'vitest'
import { createNarrator, type Narrator } from './narrator.ts'

let lines: string[] = []
let narrator: Narrator
beforeEach(() => {
  lines = []
  const at = (level: string) => (_: object, message: string) => {
    if (level !== 'debug') lines.push(`${level} ${message}`)
  }
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  narrator = createNarrator(log)
})

const launch: Action = { kind: 'launch', pool: '1', because: 'demand', reason: 'a job waits', avoid: [] }
const hold: Hold = { kind: 'hold', pool: '1', because: 'at-max', reason: '3 more are wanted', wanted: 3 }
const unmatched = {
  id: '9',
  title: 'acme/app#9 train',
  obstacles: [
    { pool: '1', label: 'gpu=yes', offered: undefined },
    { pool: '2', label: 'platform=linux/arm64', offered: 'linux/amd64' },
  ],
}

function tick(plan: Partial<Plan>): string[] {
  lines = []
  const report = {
    tick: 1,
    tookMs: 5,
    snapshot: { takenAt: 0, agents: { ok: true }, queue: { ok: true, value: { paused: false } } },
    plan: { actions: [], holds: [], unmatched: [], pools: [], queue: undefined, wakeAt: undefined, ...plan },
  }
  narrator.onTick(report as unknown as TickReport)
  return lines
}

test('a quiet tick is not told', () => {
  expect(tick({})).toEqual([])
})

test('decisions are told with their reason, equal ones together', () => {
  expect(tick({ actions: [launch, launch, { ...launch, reason: 'min is 1' }] })).toEqual([
    'info launch ×2: a job waits',
    'info launch: min is 1',
  ])
})

test('many holds of one cause are one line', () => {
  const holds = Array.from(
    { length: 119 },
    (_, at): Hold => ({
      kind: 'hold',
      pool: '1',
      because: 'after-restart',
      reason: 'this process has just started',
      subject: `pool-1-agent-${at}`,
    }),
  )
  expect(tick({ holds })).toEqual(['info hold ×119: this process has just started'])
})

test('a hold is told when it begins and when its number changes, not each tick', () => {
  expect(tick({ holds: [hold] })).toEqual(['info hold: 3 more are wanted'])
  expect(tick({ holds: [{ ...hold, reason: '3 more are wanted, for 10s' }] })).toEqual([])
  expect(tick({ holds: [{ ...hold, wanted: 4, reason: '4 more are wanted' }] })).toEqual([
    'info hold: 4 more are wanted',
  ])
  tick({})
  expect(tick({ holds: [hold] })).toEqual(['info hold: 3 more are wanted'])
})

test('what could not be read is a warning, and its end is told', () => {
  const unread: Hold = {
    kind: 'hold',
    pool: undefined,
    because: 'queue-unknown',
    reason: 'the queue cannot be read',
  }
  expect(tick({ holds: [unread] })).toEqual(['warn hold: the queue cannot be read'])
  expect(tick({})).toEqual(['info no longer held: queue-unknown'])
})

test('a task that no agent can take is named once, with the labels in the way', () => {
  const noPool: Hold = {
    kind: 'hold',
    pool: undefined,
    because: 'no-pool-matches',
    reason: 'x',
    subject: '9',
  }
  expect(tick({ unmatched: [unmatched], holds: [noPool] })).toEqual([
    'warn no agent can take acme/app#9 train: pool 1 has no gpu=yes; pool 2 has no platform=linux/arm64, but linux/amd64',
  ])
  expect(tick({ unmatched: [unmatched], holds: [noPool] })).toEqual([])
})

test('outcomes are told, failures as warnings', () => {
  const outcome = { action: launch, name: 'pool-1-agent-x', at: 0, tookMs: 1234 }
  narrator.onOutcome({ ...outcome, result: 'done' })
  narrator.onOutcome({ ...outcome, result: 'failed', detail: 'the cloud is full', error: new Transient('x') })
  expect(lines).toEqual([
    'info launch pool-1-agent-x: done in 1.2s',
    'warn launch pool-1-agent-x: failed, the cloud is full',
  ])
})

test('each line names the tick, and an outcome the one that decided it', () => {
  const fields: object[] = []
  const note = (given: object) => fields.push(given)
  const telling = createNarrator({ debug() {}, info: note, warn: note, error: note })
  const quiet = { holds: [], unmatched: [], pools: [], fates: new Map(), queue: undefined, wakeAt: undefined }
  const look = (tick: number, actions: readonly Action[]) =>
    telling.onTick({
      tick,
      tookMs: 5,
      snapshot: { takenAt: 0, agents: { ok: true }, queue: { ok: true, value: { paused: false } } },
      plan: { ...quiet, actions },
    } as unknown as TickReport)
  look(7, [launch])
  look(8, [])
  telling.onOutcome({ action: launch, name: 'pool-1-agent-x', at: 0, tookMs: 1, result: 'done' })
  expect(fields).toMatchObject([{ tick: 7 }, { tick: 7, name: 'pool-1-agent-x' }])
})
