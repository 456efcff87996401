import { expect, test } from 'vitest'
import { aTracePool, settingsOf, traceOf } from '../play/test-trace.ts'
import { type AdviseOptions, advise } from './advise.ts'

const MINUTE_MS = 60_000

/** A job every seven minutes. */
const trace = traceOf(Array.from({ length: 5 }, (_, at) => [(5 + at * 7) * MINUTE_MS, 2 * MINUTE_MS]))

async function advised(more: Partial<AdviseOptions> = {}) {
  const shares: number[] = []
  const advice = await advise(trace, settingsOf(aTracePool({ max: 1, idleTimeoutMs: 5 * MINUTE_MS })), {
    isMeant: () => true,
    capacities: [],
    machineTypes: [],
    effort: 0.01,
    onProgress: (share) => shares.push(share),
    ...more,
  })
  return { ...advice, shares }
}

test('the frontier goes from the cheapest to the one that waits least, each better than the last', async () => {
  const { points, tried, shares } = await advised()
  expect(tried).toBeGreaterThan(5)
  expect(points.length).toBeGreaterThan(1)
  const [costs, waits] = [
    points.map(({ result }) => result.cost![0]!.amount),
    points.map(({ result }) => result.waiting.meanMs),
  ]
  expect(costs).toEqual(costs.toSorted((one, other) => one - other))
  expect(waits).toEqual(waits.toSorted((one, other) => other - one))
  // A machine that is always there serves each of these at once.
  expect(waits.at(-1)).toBeLessThan(200)
  expect(waits[0]).toBeGreaterThan(10_000)
  expect(shares.at(-1)).toBeCloseTo(1)
  expect(shares).toEqual(shares.toSorted((one, other) => one - other))
})

test('the same input gives the same advice, also where only the best are played over the whole', async () => {
  const [one, other] = [await advised(), await advised()]
  expect(one.points).toEqual(other.points)
  expect(one.points.length).toBeGreaterThan(1)
})

test('pools that are not meant stay as they are', async () => {
  const { points } = await advised({ isMeant: () => false })
  expect(points).toHaveLength(1)
})
