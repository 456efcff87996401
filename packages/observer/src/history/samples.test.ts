import { Transient } from '@woodpeckers/autoscaler-core'
import { aMachine, anAgent, aPool, aTask, testStartAt } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { aReport, type Seen } from '../a-report.test-setup.ts'
import { usualCapacity } from '../capacity.ts'
import { Samples } from './samples.ts'

const agent = anAgent({ capacity: 2 })
const running = aTask({ id: 'r', state: 'running', agentId: agent.id })

function sampling(): { readonly samples: Samples; readonly at: (at: number, seen?: Seen) => void } {
  const samples = new Samples(usualCapacity)
  return { samples, at: (at, seen = {}) => samples.onTick(aReport({ at, ...seen })) }
}

test('a sample says how slots stood, by pool', () => {
  const { samples, at } = sampling()
  at(0, { agents: [agent], machines: [aMachine()], tasks: [running, aTask({ id: 'p' }), aTask({ id: 'q' })] })
  expect(samples.since(0)).toEqual([
    { at: testStartAt, demand: [2], busy: [1], free: [1], booting: [0], draining: [0], pending: 2 },
  ])
})

test('samples keep their distance, also after the clock was set back', () => {
  const { samples, at } = sampling()
  for (const seconds of [0, 10, 20, 30, 40, 70, -500, -490]) at(seconds)
  expect(samples.since(0).map((sample) => (sample.at - testStartAt) / 1_000)).toEqual([0, 30, 70, -500])
})

test('while the queue cannot be read there is a gap, and no zero', () => {
  const { samples, at } = sampling()
  at(0)
  at(30, { tasks: new Transient('away') })
  at(60)
  expect(samples.since(0).map((sample) => (sample.at - testStartAt) / 1_000)).toEqual([0, 60])
})

test('of a pool that came later, earlier samples say nothing was there', () => {
  const { samples, at } = sampling()
  at(0)
  at(30, { pools: [aPool({ id: '2' }), aPool()] })
  expect(samples.pools).toEqual(['1', '2'])
  expect(samples.since(0).map(({ demand }) => demand)).toEqual([
    [0, 0],
    [0, 0],
  ])
})

test('a day is all that is kept', () => {
  const { samples, at } = sampling()
  for (let minute = 0; minute < 30 * 60; minute++) at(minute * 60)
  expect(samples.since(0).length).toBeLessThanOrEqual(24 * 120)
  expect(samples.since(testStartAt + 29 * 3_600_000).length).toBe(60)
})
