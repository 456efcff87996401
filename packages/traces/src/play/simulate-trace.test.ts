import { unlimitedFleet } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import type { TraceArrival } from '../format/trace.ts'
import { simulateTrace } from './simulate-trace.ts'
import { aTracePool, settingsOf, traceOf } from './test-trace.ts'

const MINUTE_MS = 60_000

test('one job from nothing waits for one boot and little more', async () => {
  const { waiting, machines, jobs } = await simulateTrace(
    traceOf([[5 * MINUTE_MS, MINUTE_MS]]),
    settingsOf(aTracePool()),
  )
  expect(jobs).toEqual({ arrived: 1, started: 1, done: 1, unmatched: 0, neverStarted: 0 })
  expect(waiting.maxMs).toBeGreaterThan(40_000)
  expect(waiting.maxMs).toBeLessThan(41_000)
  expect(machines).toHaveLength(1)
})

test('a job that finds an idle agent waits for a pass of the server alone', async () => {
  const { waiting } = await simulateTrace(
    traceOf([[5 * MINUTE_MS, MINUTE_MS]]),
    settingsOf(aTracePool({ min: 1 })),
  )
  expect(waiting.maxMs).toBeLessThanOrEqual(100)
})

test('a machine goes when it was idle for the timeout, and is drawn from its order to its end', async () => {
  const { machines, endedMs } = await simulateTrace(
    traceOf([[MINUTE_MS, 2 * MINUTE_MS]]),
    settingsOf(aTracePool({ idleTimeoutMs: 3 * MINUTE_MS })),
  )
  const { createdMs, connectedMs, busy, endedMs: goneMs } = machines[0]!
  expect(createdMs).toBeLessThan(MINUTE_MS + 2_500)
  expect(connectedMs! - createdMs).toBe(40_035)
  expect(busy).toHaveLength(1)
  expect(busy[0]![1] - busy[0]![0]).toBeCloseTo(2 * MINUTE_MS, -2)
  const idleMs = goneMs! - busy[0]![1]
  expect(idleMs).toBeGreaterThan(3 * MINUTE_MS)
  expect(idleMs).toBeLessThan(4 * MINUTE_MS)
  expect(endedMs).toBe(goneMs)
})

test('the same seed gives the same result, another seed another', async () => {
  const trace = traceOf(Array.from({ length: 100 }, (_, at) => [20_000 * at, 30_000 + 1_000 * at]))
  const pool = { ...aTracePool({ max: 30 }), boot: { p50Ms: 40_000, p95Ms: 80_000 } }
  const play = (seed: number) => simulateTrace(trace, { ...settingsOf(pool), seed })
  const first = await play(1)
  expect(await play(1)).toEqual(first)
  expect(await play(2)).not.toEqual(first)
})

test('a maximum makes jobs wait, and is kept', async () => {
  const jobs = Array.from({ length: 20 }, () => [MINUTE_MS, MINUTE_MS] as const)
  const [wide, narrow] = [
    await simulateTrace(traceOf(jobs), settingsOf(aTracePool({ max: 20 }))),
    await simulateTrace(traceOf(jobs), settingsOf(aTracePool({ max: 2 }))),
  ]
  expect(wide.pools[0]!.mostMachines).toBe(20)
  expect(narrow.pools[0]!.mostMachines).toBe(2)
  expect(narrow.waiting.maxMs).toBeGreaterThan(wide.waiting.maxMs + 8 * MINUTE_MS)
  expect(narrow.utilisation).toBeGreaterThan(wide.utilisation)
})

test('time by the second costs what it lasts, and by the hour each hour that was begun', async () => {
  const trace = traceOf([[MINUTE_MS, 10 * MINUTE_MS]])
  const second = await simulateTrace(trace, settingsOf(aTracePool({ idleTimeoutMs: 0 })))
  const hour = await simulateTrace(trace, settingsOf(aTracePool({ idleTimeoutMs: 0, billing: 'hour' })))
  expect(second.cost![0]!.amount).toBeCloseTo(second.machineHours, 6)
  expect(second.machineHours).toBeLessThan(0.25)
  expect(hour.cost).toEqual([{ amount: 1, currency: 'EUR' }])
  expect(hour.machineHours).toBeGreaterThan(0.8)
})

test('amounts of different currencies are not added up', async () => {
  const [euros, dollars] = [aTracePool({ id: 'a', min: 1 }), aTracePool({ id: 'b', min: 1 })]
  const { cost } = await simulateTrace(
    traceOf([[30 * MINUTE_MS, MINUTE_MS]]),
    settingsOf(euros, { ...dollars, hourlyPrice: { amount: 2, currency: 'USD' } }),
  )
  expect(cost!.map(({ currency }) => currency)).toEqual(['EUR', 'USD'])
  expect(cost![1]!.amount).toBeGreaterThan(cost![0]!.amount * 1.5)
})

test('jobs that nobody takes are counted, and end nothing', async () => {
  const trace = traceOf([[0, MINUTE_MS]], { repo: 'acme/app', gpu: 'yes' } as { repo: string })
  const { jobs, launches } = await simulateTrace(trace, settingsOf(aTracePool()))
  expect(jobs).toEqual({ arrived: 1, started: 0, done: 0, unmatched: 1, neverStarted: 0 })
  expect(launches).toBe(0)
})

test('jobs that wait for ever are told, and the simulation ends', async () => {
  const { jobs, waiting } = await simulateTrace(traceOf([[0, 1_000]]), settingsOf(aTracePool({ max: 0 })))
  expect(jobs).toEqual({ arrived: 1, started: 0, done: 0, unmatched: 0, neverStarted: 1 })
  expect(waiting.maxMs).toBe(0)
})

test('a job that runs for longer than anybody would wait is seen to its end', async () => {
  const { jobs, machineHours, utilisation } = await simulateTrace(
    traceOf([[0, 8 * 60 * MINUTE_MS]]),
    settingsOf(aTracePool()),
  )
  expect(jobs).toMatchObject({ started: 1, done: 1 })
  expect(machineHours).toBeGreaterThan(8)
  expect(utilisation).toBeGreaterThan(0.9)
})

test('a parked machine is started again, and not paid for while it is stopped', async () => {
  const parked = { max: 1, forMs: 3 * 60 * MINUTE_MS }
  const { machines, machineHours } = await simulateTrace(
    traceOf([
      [0, MINUTE_MS],
      [60 * MINUTE_MS, MINUTE_MS],
    ]),
    settingsOf(aTracePool({ idleTimeoutMs: MINUTE_MS, parked })),
  )
  expect(machines).toHaveLength(1)
  expect(machines[0]!.paid).toHaveLength(2)
  expect(machines[0]!.busy).toHaveLength(2)
  expect(machineHours).toBeLessThan(0.25)
})

test('demand and supply are sampled over the whole, with their peaks', async () => {
  const jobs = Array.from({ length: 8 }, () => [MINUTE_MS, 5 * MINUTE_MS] as const)
  const { samples, busiestHour } = await simulateTrace(traceOf(jobs), settingsOf(aTracePool()))
  const peak = (figure: 'demand' | 'busy' | 'booting') =>
    Math.max(...samples.flatMap((sample) => sample[figure]))
  expect([peak('demand'), peak('busy'), peak('booting')]).toEqual([8, 8, 8])
  expect(busiestHour).toMatchObject({ fromMs: 0, jobs: 8, mostMachines: 8 })
})

test('a job that waits for others starts when the last of them has ended, and waits from then on alone', async () => {
  const trace = traceOf([
    [MINUTE_MS, 5 * MINUTE_MS],
    [MINUTE_MS, 2 * MINUTE_MS],
    [MINUTE_MS, MINUTE_MS],
  ])
  const [slow, quick, last] = trace.arrivals as [TraceArrival, TraceArrival, TraceArrival]
  const arrivals = [
    { ...slow, id: 'slow' },
    { ...quick, id: 'quick' },
    { ...last, after: ['slow', 'quick', 'never seen'] },
  ]
  const pool = aTracePool({ min: 3, idleTimeoutMs: 0 })
  const { jobs, waiting, machines } = await simulateTrace({ ...trace, arrivals }, settingsOf(pool))
  expect(jobs.done).toBe(3)
  expect(waiting.maxMs).toBeLessThan(1_000)
  const times = machines.flatMap(({ busy }) => busy.flat())
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(6 * MINUTE_MS)
})

test('jobs that wait for each other never start, and end nothing', async () => {
  const trace = traceOf([
    [0, MINUTE_MS],
    [0, MINUTE_MS],
  ])
  const [one, other] = trace.arrivals as [TraceArrival, TraceArrival]
  const arrivals = [
    { ...one, id: 'a', after: ['b'] },
    { ...other, id: 'b', after: ['a'] },
  ]
  const { jobs, launches } = await simulateTrace({ ...trace, arrivals }, settingsOf(aTracePool()))
  expect(jobs).toEqual({ arrived: 2, started: 0, done: 0, unmatched: 0, neverStarted: 2 })
  expect(launches).toBe(0)
})

test('machines with a price that nobody knows have a cost that nobody knows', async () => {
  const { hourlyPrice: _, ...pool } = aTracePool()
  const { cost, machineHours } = await simulateTrace(traceOf([[0, MINUTE_MS]]), settingsOf(pool))
  expect(cost).toBeUndefined()
  expect(machineHours).toBeGreaterThan(0)
})

test('a limit on what is spent in a day holds launches', async () => {
  const jobs = Array.from({ length: 10 }, (_, at) => [at * 60 * MINUTE_MS, MINUTE_MS] as const)
  const fleet = { ...unlimitedFleet, maxSpendPerDay: { amount: 2, currency: 'EUR' } }
  const settings = settingsOf(aTracePool({ idleTimeoutMs: 0, billing: 'hour' }))
  const { jobs: counts, launches } = await simulateTrace(traceOf(jobs), { ...settings, fleet })
  expect(launches).toBe(2)
  expect(counts.neverStarted).toBeGreaterThan(0)
})

test('what a buffer keeps is paid to the end of the trace, and no longer', async () => {
  const trace = traceOf([
    [0, MINUTE_MS],
    [60 * MINUTE_MS, MINUTE_MS],
  ])
  const { machines, machineHours, endedMs } = await simulateTrace(
    trace,
    settingsOf(aTracePool({ max: 2, buffer: { slots: 1 }, idleTimeoutMs: 5 * MINUTE_MS })),
  )
  expect(machines.some((machine) => machine.endedMs === undefined)).toBe(true)
  expect(endedMs).toBeGreaterThanOrEqual(61 * MINUTE_MS)
  expect(endedMs).toBeLessThan(70 * MINUTE_MS)
  expect(machineHours).toBeLessThan(2)
})

test('jobs on a machine twice as fast take half as long', async () => {
  const trace = traceOf([[0, 10 * MINUTE_MS]])
  const { machines } = await simulateTrace(trace, settingsOf({ ...aTracePool(), speed: 2 }))
  const [fromMs, toMs] = machines[0]!.busy[0]!
  expect(toMs - fromMs).toBeCloseTo(5 * MINUTE_MS, -2)
})

test('an empty trace costs nothing', async () => {
  const { cost, jobs, busiestHour } = await simulateTrace(traceOf([]), settingsOf(aTracePool()))
  expect(cost).toEqual([{ amount: 0, currency: 'EUR' }])
  expect(jobs.arrived).toBe(0)
  expect(busiestHour).toBeUndefined()
})
