import type { MachineStatus, StatusView } from '@woodpeckers/autoscaler-observer'
import { expect, test } from 'vitest'
import { shortFleet } from '../../testing/fleets.ts'
import { groupHolds } from './group-holds.ts'
import { figuresOf } from './key-figures.tsx'
import { sortMachines, stateKind } from './sort-machines.ts'
import { standingOrders } from './standing-orders.ts'

const { status } = await shortFleet(1_000_000_000)

const figure = (view: Partial<StatusView>, name: string) =>
  figuresOf({ ...status, ...view }).find((each) => each.name === name)

test('a queue that cannot be read is unknown, and not empty', () => {
  const { queue: _, ...unread } = status
  expect(figuresOf(unread).slice(0, 2)).toMatchObject([
    { value: 'unknown', note: 'the queue cannot be read' },
    { value: 'unknown' },
  ])
})

test('of those that wait it is told how long the oldest does', () => {
  const task = { id: '1', title: 'x', state: 'pending', labels: {}, sinceAt: status.at - 300_000 } as const
  const queue = { pending: 1, running: 0, waiting: 0 }
  expect(figure({ tasks: [task], queue }, 'Waiting')).toMatchObject({ value: '1', note: 'the oldest 5 min' })
  expect(figure({ tasks: [], queue: { ...queue, pending: 0 } }, 'Waiting')?.note).toBe('nobody waits')
  expect(figure({ tasks: [], queue: { ...queue, pending: 0, waiting: 2 } }, 'Waiting')?.note).toBe(
    '2 wait on others',
  )
})

test('what idle time cost is a share of today, where all of it is in one currency', () => {
  const euros = (amount: number) => ({ amount, currency: 'EUR' })
  const cost = { hourly: [], today: [euros(4)], projectedToday: [], idleToday: [euros(1)] }
  expect(figure({ cost }, 'Idle time today')?.note).toBe('25 % of today')
  const mixed = { ...cost, today: [euros(4), { amount: 1, currency: 'USD' }] }
  expect(figure({ cost: mixed }, 'Idle time today')?.note).toBeUndefined()
  expect(figure({ cost: { ...cost, today: [], idleToday: [] } }, 'Idle time today')).toMatchObject({
    value: '–',
  })
})

test('holds of one cause and pool are told once, those about the fewest first', () => {
  const hold = (pool: string, subject: string) =>
    ({ kind: 'hold', pool, because: 'may-work', reason: `${subject} may work.`, subject }) as const
  const atMax = { kind: 'hold', pool: 'a', because: 'at-max', reason: 'Full.' } as const
  expect(groupHolds([hold('a', 'x'), hold('a', 'y'), hold('b', 'z'), atMax])).toEqual([
    { because: 'may-work', pool: 'b', reasons: ['z may work.'], subjects: ['z'], count: 1 },
    { because: 'at-max', pool: 'a', reasons: ['Full.'], subjects: [], count: 1 },
    {
      because: 'may-work',
      pool: 'a',
      reasons: ['x may work.', 'y may work.'],
      subjects: ['x', 'y'],
      count: 2,
    },
  ])
})

test('each order that stands is told alone, as it can be taken back', () => {
  const none = { paused: [], drainedPools: [], drained: [], replaced: [], protected: [] }
  const told = (orders: Partial<StatusView['orders']>) =>
    standingOrders({ ...none, ...orders }).map(({ verb, subject, words }) => `${words} ${subject}: ${verb}`)
  expect(told({})).toEqual([])
  expect(told({ paused: 'all' })).toEqual(['Paused all: pause'])
  expect(
    told({ paused: ['a'], drainedPools: ['b'], drained: ['x'], replaced: ['y'], protected: ['z'] }),
  ).toEqual([
    'Paused a: pause',
    'Draining pool b: drain',
    'Draining x: drain',
    'Replacing y: replace',
    'Protected z: protect',
  ])
})

test('machines that somebody should look at come first, then those that work, the oldest before', () => {
  const machine = (name: string, state: MachineStatus['state'], sinceAt = 0): MachineStatus => ({
    name,
    state,
    sinceAt,
    running: 0,
    capacity: 1,
    tasks: [],
  })
  const sorted = sortMachines([
    machine('idle', 'idle'),
    machine('young', 'busy', 9),
    machine('old', 'busy', 1),
    machine('lost', 'lost'),
    machine('boots', 'launching'),
  ])
  expect(sorted.map(({ name }) => name)).toEqual(['lost', 'old', 'young', 'boots', 'idle'])
})

test('a state of a newer server catches the eye', () => {
  expect(stateKind('dreaming' as MachineStatus['state'])).toBe('trouble')
})
