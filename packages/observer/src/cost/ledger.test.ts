import { Transient } from '@woodpeckers/autoscaler-core'
import { aMachine, anAgent, aPool, aTask, testStartAt } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { aReport, type Seen } from '../a-report.test-setup.ts'
import { Site } from '../a-site.test-setup.ts'
import { DayCosts, msUntilMidnight } from './day-costs.ts'
import { type Charge, Ledger } from './ledger.ts'

const euro = { amount: 3.6, currency: 'EUR' }
const agent = anAgent({ capacity: 2 })
const priced = aMachine({ hourlyPrice: euro })
const busy = aTask({ state: 'running', agentId: agent.id })

/** The charges of the last of these looks. */
function charges(...looks: readonly Seen[]): readonly Charge[] {
  const ledger = new Ledger()
  return looks.map((seen) => ledger.onTick(aReport(seen))).at(-1) ?? []
}

test('time in which a machine has work is cost, and the rest of it is idle', () => {
  const there = { machines: [priced], agents: [agent] }
  expect(charges({ ...there, tasks: [busy] }, { ...there, at: 100 })).toEqual([
    {
      pool: '1',
      cost: [{ amount: expect.closeTo(0.1), currency: 'EUR' }],
      idle: [],
      paidSlotMs: 200_000,
      busySlotMs: 100_000,
    },
  ])
  expect(charges(there, { ...there, at: 100 })).toEqual([
    {
      pool: '1',
      cost: [{ amount: expect.closeTo(0.1), currency: 'EUR' }],
      idle: [{ amount: expect.closeTo(0.1), currency: 'EUR' }],
      paidSlotMs: 200_000,
      busySlotMs: 0,
    },
  ])
})

test('amounts of different currencies are never added up', () => {
  const pools = [aPool(), aPool({ id: '2' })]
  const machines = [
    priced,
    aMachine({ name: 'pool-1-agent-bbbbbb', hourlyPrice: { amount: 360, currency: 'RUB' } }),
    aMachine({ name: 'pool-2-agent-cccccc', hourlyPrice: { amount: 7.2, currency: 'EUR' } }),
  ]
  const found = charges({ pools, machines }, { pools, machines, at: 100 })
  expect(found.map(({ pool, cost }) => [pool, cost])).toEqual([
    [
      '1',
      [
        { amount: expect.closeTo(0.1), currency: 'EUR' },
        { amount: expect.closeTo(10), currency: 'RUB' },
      ],
    ],
    ['2', [{ amount: expect.closeTo(0.2), currency: 'EUR' }]],
  ])
})

test('an hour that is paid when it is begun counts whole', () => {
  const pools = [aPool({ billing: 'hour' })]
  const machines = [{ ...priced, createdAt: testStartAt - 3_590_000 }]
  const there = { pools, machines, agents: [agent] }
  expect(charges(there, { ...there, at: 5 })[0]?.cost).toEqual([])
  expect(charges(there, { ...there, at: 20 })[0]?.cost).toEqual([{ amount: 3.6, currency: 'EUR' }])
})

test('a list that cannot be read is charged for when it can', () => {
  const there = { machines: [priced], agents: [agent] }
  const away = { ...there, machines: new Transient('away'), at: 50 }
  expect(charges(there, away)[0]?.cost).toEqual([])
  expect(charges(there, away, { ...there, at: 100 })[0]?.cost).toEqual([
    { amount: expect.closeTo(0.1), currency: 'EUR' },
  ])
})

test('while the queue cannot be read a machine does what it did', () => {
  const there = { machines: [priced], agents: [agent], tasks: [busy] }
  const unread = { ...there, tasks: new Transient('away') }
  expect(charges(there, { ...unread, at: 50 }, { ...unread, at: 100 })[0]).toMatchObject({
    idle: [],
    busySlotMs: 50_000,
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('a price of %s is none', (amount) => {
  const there = { machines: [aMachine({ hourlyPrice: { amount, currency: 'EUR' } })] }
  expect(charges(there, { ...there, at: 100 })[0]?.cost).toEqual([])
})

test('a clock that is set back earns nothing', () => {
  const there = { machines: [priced], agents: [agent] }
  expect(charges({ ...there, at: 100 }, { ...there, at: 0 })[0]).toMatchObject({ paidSlotMs: 0 })
  for (const { amount } of charges({ ...there, at: 100 }, { ...there, at: 0 })[0]?.cost ?? [])
    expect(amount).toBe(0)
})

test('what pools cost today is what the caps on spending count, and idle time is a part of it', async () => {
  await using site = new Site()
  site.world.start()
  site.world.server.addTasks(3, { durationMs: 600_000 })
  await site.world.minutes(60)
  const { cost, pools } = site.observer.status()
  const [today] = cost.today
  expect(today?.amount).toBeGreaterThan(0)
  expect(pools[0]?.costToday).toEqual([{ amount: expect.closeTo(today!.amount, 9), currency: 'EUR' }])
  const paidMs = site.world.cloud.history.reduce(
    (sum, { createdAt, endedAt }) => sum + endedAt! - createdAt,
    0,
  )
  expect(today?.amount).toBeCloseTo((0.06 * paidMs) / 3_600_000, 3)
  const worked = (0.06 * 3 * 600_000) / 3_600_000
  expect(cost.idleToday[0]?.amount).toBeCloseTo(today!.amount - worked, 2)
})

test('what is to come of the day is projected from what runs now', async () => {
  await using site = new Site({ pool: { min: 1 } })
  site.world.start()
  await site.world.minutes(60)
  const { at, cost } = site.observer.status()
  const { today, hourly, projectedToday } = cost
  expect(hourly).toEqual([{ amount: 0.06, currency: 'EUR' }])
  expect(projectedToday[0]?.amount).toBeCloseTo(
    today[0]!.amount + (msUntilMidnight(at) / 3_600_000) * 0.06,
    6,
  )
})

test('at midnight (UTC) the day begins anew', () => {
  const costs = new DayCosts()
  const charge = (amount: number): Charge => {
    const money = [{ amount, currency: 'EUR' }]
    return { pool: '1', cost: money, idle: money, paidSlotMs: 0, busySlotMs: 0 }
  }
  costs.add([charge(1)], testStartAt + 86_390_000)
  costs.add([charge(2)], testStartAt + 86_399_999)
  expect(costs.ofPool('1')).toEqual([{ amount: 3, currency: 'EUR' }])
  costs.add([charge(4)], testStartAt + 86_400_000)
  expect(costs.ofPool('1')).toEqual([{ amount: 4, currency: 'EUR' }])
  expect(costs.idle).toEqual([{ amount: 4, currency: 'EUR' }])
  expect(msUntilMidnight(testStartAt + 86_399_999)).toBe(1)
})

test('a machine that was made between two looks has slots from then on', () => {
  const name = 'pool-1-agent-bbbbbb'
  const young = {
    machines: [aMachine({ name, createdAt: testStartAt + 96_000 })],
    agents: [anAgent({ name, createdAt: testStartAt + 96_000 })],
  }
  expect(charges({}, { ...young, at: 100 })[0]?.paidSlotMs).toBe(4_000)
  expect(charges({}, { ...young, at: 100 }, { ...young, at: 110 })[0]?.paidSlotMs).toBe(10_000)
})

test('a machine that is stopped costs nothing, and has no slots', () => {
  const pools = [aPool({ parked: { max: 1, forMs: 3_600_000 } })]
  const there = {
    pools,
    machines: [{ ...priced, state: 'stopped' as const }],
    agents: [{ ...agent, cordoned: true }],
  }
  expect(charges(there, { ...there, at: 100 })).toEqual([
    { pool: '1', cost: [], idle: [], paidSlotMs: 0, busySlotMs: 0 },
  ])
})

test('a list that was used before is charged for when there is a new one, and its slots at once', () => {
  const there = { machines: [priced], agents: [agent] }
  const ledger = new Ledger()
  ledger.onTick(aReport(there))
  const report = aReport({ ...there, at: 50 })
  const reading = report.snapshot.machines.get('1')!
  const reused = reading.ok ? { ok: true as const, value: { ...reading.value, reused: true } } : reading
  const machines = new Map([['1', reused]])
  expect(ledger.onTick({ ...report, snapshot: { ...report.snapshot, machines } })).toEqual([
    { pool: '1', cost: [], idle: [], paidSlotMs: 100_000, busySlotMs: 0 },
  ])
  const amount = expect.closeTo(0.1)
  expect(ledger.onTick(aReport({ ...there, at: 100 }))).toEqual([
    {
      pool: '1',
      cost: [{ amount, currency: 'EUR' }],
      idle: [{ amount, currency: 'EUR' }],
      paidSlotMs: 100_000,
      busySlotMs: 0,
    },
  ])
})
