import { expect, test } from 'vitest'
import { observeSpend } from '../memory/spend.ts'
import { nothingSpent } from '../model/memory.ts'
import { Transient } from '../ports/errors.ts'
import { aMachine, anAgent, aPool, aTask, tasks, testStartAt, usualLabels } from '../testing/builders.ts'
import { MADE_FROM } from './renewal.ts'
import { planFor, steps, stepsByPool } from './scenario.ts'

const MIN = 60_000
const names = (n: number) => Array.from({ length: n }, (_, i) => `pool-1-agent-${String.fromCharCode(97 + i)}`)
const fleetOf = (n: number, agent = {}, machine = {}) => ({
  agents: names(n).map((name) => anAgent({ name, ...agent })),
  machines: names(n).map((name) => aMachine({ name, ...machine })),
})
const eur = (amount: number) => ({ amount, currency: 'EUR' })

test('S86 unreadable queue: buffer launches', () => {
  const plan = planFor({ pools: [aPool({ buffer: { slots: 2 } })], ...fleetOf(2), tasks: new Transient('x') })
  expect(steps(plan)).toEqual([])
})
test('S20 prewarm keeps all idle agents', () => {
  const f = fleetOf(6)
  const plan = planFor({
    pools: [aPool({ prewarm: true })],
    ...f,
    tasks: [
      aTask({ id: 'up', state: 'running', agentId: `id-of-${names(1)[0]}` }),
      aTask({ id: 'd1', state: 'waiting', dependencies: ['up'] }),
      aTask({ id: 'd2', state: 'waiting', dependencies: ['up'] }),
    ],
  })
  expect(steps(plan).length).toBe(4)
})
test('S24 min = max never renewed', () => {
  const plan = planFor({
    pools: [aPool({ min: 2, max: 2, madeFrom: 'new' })],
    ...fleetOf(2, { labels: { ...usualLabels, [MADE_FROM]: 'old' } }),
  })
  expect(steps(plan).length).toBeGreaterThan(0)
})
test('S9 buffer broken by renewal', () => {
  const plan = planFor({
    pools: [aPool({ buffer: { slots: 1 }, madeFrom: 'new' })],
    ...fleetOf(1, { labels: { ...usualLabels, [MADE_FROM]: 'old' } }),
  })
  expect(steps(plan)).toEqual(['launch renewal'])
})
test('S9b min: old cordoned while the new one boots', () => {
  const boot = { name: 'pool-1-agent-z', createdAt: testStartAt - 5000, lastContactAt: undefined, lastWorkAt: undefined, labels: undefined, capacity: 0 }
  const f = fleetOf(1, { labels: { ...usualLabels, [MADE_FROM]: 'old' } })
  const plan = planFor({
    pools: [aPool({ min: 1, madeFrom: 'new' })],
    agents: [...f.agents, anAgent(boot)],
    machines: [...f.machines, aMachine({ name: 'pool-1-agent-z', createdAt: testStartAt - 4000 })],
  })
  expect(steps(plan)).toEqual([])
})
test('S12 dear offering stops cheap typed launch', () => {
  const plan = planFor({
    pools: [aPool({ machineLabel: 'machine' })],
    offerings: { '1': [{ id: 'cx22', hourlyPrice: eur(0.01) }, { id: 'cx52', hourlyPrice: eur(0.5) }] },
    fleet: { maxHourlyCost: eur(0.2) },
    tasks: [aTask({ labels: { machine: 'cx22' } })],
  })
  expect(stepsByPool(plan)).toEqual(['1: launch demand'])
})
test('S19 machine label while list unreadable', () => {
  const plan = planFor({
    pools: [aPool({ machineLabel: 'machine' })],
    offerings: { '1': [{ id: 'cx22', hourlyPrice: eur(0.01) }] },
    machines: new Transient('x'),
    tasks: [aTask({ labels: { machine: 'cx22' } })],
  })
  expect(plan.unmatched).toEqual([])
})
test('S53 spend cap in another currency', () => {
  const plan = planFor({
    pools: [aPool()],
    offerings: { '1': [{ id: 't3', hourlyPrice: { amount: 1, currency: 'USD' } }] },
    fleet: { maxSpendPerDay: eur(1) },
    remember: (m) => ({ ...m, spent: { at: testStartAt, day: { key: '2026-01-01', amounts: new Map([['USD', 500]]) }, month: { key: '2026-01', amounts: new Map([['USD', 500]]) } } }),
    tasks: tasks(1),
  })
  expect(stepsByPool(plan)[0]).toMatch(/hold price-unknown/)
})
test('S53b spend cap, no price at all', () => {
  const plan = planFor({ pools: [aPool()], fleet: { maxSpendPerDay: eur(1) }, tasks: tasks(1) })
  expect(stepsByPool(plan)[0]).toMatch(/hold price-unknown/)
})
test('S11 parked machines count in the hourly cost', () => {
  const f = fleetOf(2, { cordoned: true, lastContactAt: testStartAt - 20 * MIN }, { state: 'stopped', hourlyPrice: eur(1) })
  const plan = planFor({
    pools: [aPool({ parked: { max: 2, forMs: 10 * 60 * MIN } }), aPool({ id: 'b', offer: { ...usualLabels, size: 'large' } })],
    ...f,
    offerings: { '1': [{ id: 'a', hourlyPrice: eur(1) }], b: [{ id: 'b', hourlyPrice: eur(1) }] },
    fleet: { maxHourlyCost: eur(2) },
    tasks: [aTask({ labels: { size: 'large' } })],
  })
  expect(stepsByPool(plan)).toEqual(['b: launch demand'])
})
const snap = (takenAt: number, machine: object, ok = true) =>
  ({ takenAt, machines: new Map([['1', ok ? { ok: true, value: { machines: [aMachine({ hourlyPrice: eur(1), ...machine })], standing: [], offerings: [], readAt: takenAt, reused: false } } : { ok: false, error: new Transient('x') }]]) }) as never
test('spend: cloud clock ahead, hour billing', () => {
  let s = nothingSpent
  for (let i = 0; i <= 6; i++) s = observeSpend(s, snap(testStartAt + i * 10_000, { createdAt: testStartAt + 60_000 }), () => 'hour')
  expect(s.day.amounts.get('EUR')).toBe(1)
})
test('spend: lists fail for six hours', () => {
  let s = observeSpend(nothingSpent, snap(testStartAt, {}), () => 'second')
  for (let m = 1; m < 360; m++) s = observeSpend(s, snap(testStartAt + m * MIN, {}, false), () => 'second')
  s = observeSpend(s, snap(testStartAt + 360 * MIN, {}), () => 'second')
  expect(s.day.amounts.get('EUR')).toBeCloseTo(6)
})
test('spend: no createdAt, hour billing', () => {
  let s = nothingSpent
  for (let m = 0; m <= 360; m++) s = observeSpend(s, snap(testStartAt + m * MIN, { createdAt: undefined }), () => 'hour')
  expect(s.day.amounts.get('EUR') ?? 0).toBeGreaterThanOrEqual(6)
})
test('spend: down for three days', () => {
  let s = observeSpend(nothingSpent, snap(testStartAt, {}), () => 'second')
  s = observeSpend(s, snap(testStartAt + 73 * 60 * MIN, {}), () => 'second')
  expect(s.day.amounts.get('EUR')).toBeCloseTo(1)
})
test('spend: NaN', () => {
  let s = observeSpend(nothingSpent, snap(testStartAt, {}), () => 'second')
  s = observeSpend(s, snap(testStartAt + MIN, { hourlyPrice: eur(NaN) }), () => 'second')
  expect(s.day.amounts.get('EUR')).not.toBeNaN()
})
test('ephemeral pool turned reused: served agent is called back', () => {
  const name = names(1)[0]!
  const plan = planFor({
    pools: [aPool({ mode: 'reused' })],
    agents: [anAgent({ name, cordoned: true, lastWorkAt: testStartAt - 20_000 })],
    machines: [aMachine({ name })],
    tasks: tasks(1),
  })
  expect(steps(plan)).toEqual(['launch demand'])
})
test('failing: two agents which fail the same bad pushes', () => {
  const f = fleetOf(3, { lastWorkAt: testStartAt - 1000 })
  const plan = planFor({
    pools: [aPool({ failingAfter: 5 })], ...f,
    remember: (m) => ({ ...m, quickFailures: new Map(names(2).map((n) => [`id-of-${n}`, { inARow: 5, sinceAt: testStartAt - 60_000 }])), didWellAt: new Map([[`id-of-${names(3)[2]}`, testStartAt]]) }),
  })
  expect(steps(plan)).toEqual([])
})
test('renewal in-flight cordon is not counted', () => {
  const f = fleetOf(5, { labels: { ...usualLabels, [MADE_FROM]: 'old' }, lastWorkAt: testStartAt - 1000 })
  const plan = planFor({ pools: [aPool({ madeFrom: 'new' })], ...f, inFlight: [{ kind: 'cordon', pool: '1', name: names(1)[0]!, agentId: `id-of-${names(1)[0]}`, startedAt: testStartAt - 1000 }] })
  expect(steps(plan)).toEqual([])
})
