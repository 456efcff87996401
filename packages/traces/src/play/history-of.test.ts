import { expect, test } from 'vitest'
import { historyOf } from './history-of.ts'
import { simulateTrace } from './simulate-trace.ts'
import { aTracePool, settingsOf, traceOf } from './test-trace.ts'

const MINUTE_MS = 60_000

test('a machine is drawn as it boots, works, idles and drains, to its end', async () => {
  const trace = traceOf([[MINUTE_MS, 5 * MINUTE_MS]])
  const result = await simulateTrace(trace, settingsOf(aTracePool({ idleTimeoutMs: 3 * MINUTE_MS })))
  const { machines, fromAt, toAt, pools, samples } = historyOf(result, trace.startAt)
  expect({ fromAt, toAt, pools }).toEqual({
    fromAt: trace.startAt,
    toAt: trace.startAt + result.endedMs,
    pools: ['1'],
  })
  expect(machines).toHaveLength(1)
  const [bar] = machines
  expect(bar!.phases.map(({ doing }) => doing)).toEqual(['booting', 'busy', 'idle', 'draining'])
  const starts = bar!.phases.map(({ fromAt }) => fromAt)
  expect(starts[0]).toBe(bar!.fromAt)
  expect(starts).toEqual(starts.toSorted((one, other) => one - other))
  expect(bar!.toAt).toBeGreaterThan(starts.at(-1)!)
  expect(samples.every(({ at }) => at >= fromAt && at <= toAt)).toBe(true)
})

test('a parked machine is drawn so, and as booting again', async () => {
  const parked = { max: 1, forMs: 3 * 60 * MINUTE_MS }
  const trace = traceOf([
    [0, MINUTE_MS],
    [60 * MINUTE_MS, MINUTE_MS],
  ])
  const result = await simulateTrace(trace, settingsOf(aTracePool({ idleTimeoutMs: MINUTE_MS, parked })))
  const [bar] = historyOf(result, trace.startAt).machines
  expect(bar!.phases.map(({ doing }) => doing)).toContain('parked')
})

test('a thousand short jobs on one machine are drawn as few stretches', async () => {
  const jobs = Array.from({ length: 1_000 }, (_, at) => [at * 15_000, 10_000] as const)
  const trace = traceOf(jobs)
  const result = await simulateTrace(trace, settingsOf(aTracePool({ max: 1 })))
  expect(result.machines[0]!.busy.length).toBeGreaterThan(500)
  expect(historyOf(result, trace.startAt).machines[0]!.phases.length).toBeLessThan(50)
})
