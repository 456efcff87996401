import type { EventView, HistoryView, MachineBar, Sample } from '@woodpeckers/autoscaler-observer'
import { expect, test } from 'vitest'
import { type LiveData, mergeMessage, noData } from './live-data.ts'

const HOUR_MS = 3_600_000

const aSample = (at: number, pending = 0): Sample => ({
  at,
  demand: [pending],
  busy: [0],
  free: [0],
  booting: [0],
  draining: [0],
  pending,
})

const aBar = (name: string, fromAt: number, toAt?: number): MachineBar => ({
  name,
  pool: 'a',
  fromAt,
  ...(toAt !== undefined && { toAt }),
  phases: [{ fromAt, doing: 'booting' }],
})

const anEvent = (seq: number): EventView => ({ seq, at: seq, tick: 1, kind: 'decision', text: `${seq}` })

function withHistory(history: Partial<HistoryView>): LiveData {
  return {
    events: [],
    history: { version: 1, fromAt: 0, toAt: 0, pools: ['a'], samples: [], machines: [], ...history },
  }
}

test('a sample is added, and machines that changed take the place of what they were', () => {
  const data = withHistory({ samples: [aSample(10)], machines: [aBar('x', 1), aBar('y', 2)] })
  const { history } = mergeMessage(
    data,
    { kind: 'sample', sample: aSample(20), machines: [aBar('x', 1, 19), aBar('z', 18)] },
    0,
  )
  expect(history?.samples.map(({ at }) => at)).toEqual([10, 20])
  expect(history?.machines.map(({ name, toAt }) => [name, toAt])).toEqual([
    ['x', 19],
    ['y', undefined],
    ['z', undefined],
  ])
  expect(history?.toAt).toBe(20)
})

test('a sample that is sent once more, because of its machines, is not there twice', () => {
  const data = withHistory({ samples: [aSample(10)] })
  const { history } = mergeMessage(data, { kind: 'sample', sample: aSample(10), machines: [aBar('x', 9)] }, 0)
  expect(history?.samples).toHaveLength(1)
  expect(history?.machines).toHaveLength(1)
})

test('what is older than a day is forgotten, and machines that are there are not', () => {
  const now = 30 * HOUR_MS
  const data = withHistory({
    samples: [aSample(HOUR_MS), aSample(20 * HOUR_MS)],
    machines: [aBar('gone', 0, 2 * HOUR_MS), aBar('there', 0), aBar('late', 0, 10 * HOUR_MS)],
  })
  const { history } = mergeMessage(data, { kind: 'sample', sample: aSample(now), machines: [] }, 0)
  expect(history?.fromAt).toBe(6 * HOUR_MS)
  expect(history?.samples.map(({ at }) => at / HOUR_MS)).toEqual([20, 30])
  expect(history?.machines.map(({ name }) => name)).toEqual(['there', 'late'])
})

test('of very many machines those that ended first are forgotten first, and none that is there', () => {
  const machines = Array.from({ length: 4_100 }, (_, at) =>
    aBar(`m${at}`, 0, at < 100 ? undefined : 9_000 - at),
  )
  const data = withHistory({ machines })
  const { history } = mergeMessage(
    data,
    { kind: 'sample', sample: aSample(9_000), machines: [aBar('new', 9)] },
    0,
  )
  const names = new Set(history?.machines.map(({ name }) => name))
  expect(names.size).toBe(4_000)
  expect(['new', 'm0', 'm99', 'm100'].every((name) => names.has(name))).toBe(true)
  expect(names.has('m4099')).toBe(false)
})

test('events that are known already are not added again', () => {
  const first = mergeMessage(noData, { kind: 'events', events: [anEvent(1), anEvent(2)] }, 5)
  const { events, receivedAt } = mergeMessage(first, { kind: 'events', events: [anEvent(2), anEvent(3)] }, 6)
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(receivedAt).toBe(6)
})

test('no more events are kept than anybody reads', () => {
  const events = Array.from({ length: 2000 }, (_, seq) => anEvent(seq))
  const data = mergeMessage(noData, { kind: 'events', events }, 0)
  expect(data.events).toHaveLength(500)
  expect(data.events.at(-1)?.seq).toBe(1999)
})

test('a sample before the history is no history', () => {
  expect(mergeMessage(noData, { kind: 'sample', sample: aSample(1), machines: [] }, 3)).toEqual({
    events: [],
    receivedAt: 3,
  })
})
