import { noOrders, type Orders, silentLog, type TickReport } from '@woodpeckers/autoscaler-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { plainOrders } from '../process/state-sections.ts'
import type { Order, OrderVerb } from './order.ts'
import { type Kept, OrderBook, type OrderGiven } from './order-book.ts'

const A = 'pool-1-agent-a'
const B = 'pool-2-agent-b'

const CANCELLED = ': the drain is cancelled, and cordoned agents take tasks again'
const BOX = 'pool-1-agent-box'
let pools: string[]
let told: Orders[]
let kept: Orders[]
let given: OrderGiven[]
let lines: string[]
let book: OrderBook
beforeEach(() => {
  pools = ['1', '2']
  told = []
  kept = []
  given = []
  lines = []
  book = open()
  look(0)
})

function open(orders: Orders = noOrders, isKept: Kept = 'kept'): OrderBook {
  return new OrderBook({
    orders,
    pools: () => pools,
    order: (next) => told.push(next),
    keep: (next) => {
      kept.push(next)
      return isKept
    },
    onGiven: (order) => given.push(order),
    log: { ...silentLog, info: (_: object, message: string) => void lines.push(message) },
  })
}

/** A tick that sees these machines; `isWhole`: their lists could be read. */
function look(
  takenAt: number,
  names: readonly string[] = [A, B],
  isWhole = true,
  actions: readonly object[] = [],
): void {
  const members = (id: string) =>
    names
      .filter((name) => name.startsWith(`pool-${id}-`))
      .map((name) => ({ name, ...(name === BOX && { standing: 'i-0001' }) }))
  book.onTick({
    plan: { pools: ['1', '2'].map((id) => ({ id, members: members(id) })), actions },
    snapshot: { takenAt, agents: { ok: isWhole }, machines: new Map([['1', { ok: true }]]) },
  } as unknown as TickReport)
}

/** `pause 1`, or `undo pause 1`. */
function give(text: string): string {
  const words = text.split(' ')
  const isTakenBack = words[0] === 'undo'
  const [verb, subject = ''] = words.slice(isTakenBack ? 1 : 0)
  const order: Order = { verb: verb as OrderVerb, subject, isTakenBack, by: 'ada' }
  const answer = book.give(order)
  return answer.ok ? answer.text : `${answer.status} ${answer.error}`
}

const nothing = plainOrders(noOrders)

describe('what is asked for', () => {
  test.each([
    ['pause 1', 'ada paused pool 1', { paused: ['1'] }],
    ['pause all', 'ada paused all pools', { paused: 'all' }],
    ['drain 1', 'ada drains pool 1', { drainedPools: ['1'] }],
    [`drain ${A}`, `ada drains ${A}`, { drained: [A] }],
    [`replace ${A}`, `ada replaces ${A}`, { replaced: [A] }],
    [`protect ${A}`, `ada protects ${A}`, { protected: [A] }],
  ])('%s', (order, text, change) => {
    expect(give(order)).toBe(text)
    expect(plainOrders(book.orders)).toEqual({ ...nothing, ...change })
    expect([told, kept]).toEqual([[book.orders], [book.orders]])
    expect(lines).toEqual([text])
    expect(give(order)).toMatch(/^409 .* is (?:paused|drained|replaced|protected) already$/)
    expect(give(`undo ${order}`)).toMatch(/^ada (?:resumed|no longer)/)
    expect(book.orders).toEqual(noOrders)
    expect(give(`undo ${order}`)).toMatch(/^409 /)
    expect(told).toHaveLength(2)
  })

  test('is told to the events with what it is about', () => {
    give(`replace ${B}`)
    give('pause all')
    give('drain 2')
    give(`undo replace ${B}`)
    const replace = { action: 'replace', pool: '2', subject: B }
    expect(given).toEqual([
      { text: `ada replaces ${B}`, about: { ...replace, because: 'asked-for' } },
      { text: 'ada paused all pools', about: { action: 'pause', because: 'asked-for' } },
      { text: 'ada drains pool 2', about: { action: 'drain', because: 'asked-for', pool: '2' } },
      { text: `ada no longer replaces ${B}${CANCELLED}`, about: { ...replace, because: 'taken-back' } },
    ])
  })

  test('of a machine the last word counts', () => {
    for (const order of [`drain ${A}`, `protect ${B}`, `protect ${A}`, `replace ${A}`]) give(order)
    expect(plainOrders(book.orders)).toEqual({ ...nothing, replaced: [A], protected: [B] })
  })

  test('of all pools, one may be resumed: the others stay paused', () => {
    give('pause all')
    expect(give('undo pause 1')).toBe('ada resumed pool 1')
    expect(plainOrders(book.orders).paused).toEqual(['2'])
    expect(give('undo pause all')).toBe('ada resumed all pools')
    expect(plainOrders(book.orders).paused).toEqual([])
  })

  test.each([
    ['pause 3', '404 there is no pool "3"; there are 1, 2, all'],
    [`pause ${A}`, `404 there is no pool "${A}"; there are 1, 2, all`],
    ['drain x', `404 there is no pool or machine "x"; there are 1, 2, ${A}, ${B}`],
    ['drain all', `404 there is no pool or machine "all"; there are 1, 2, ${A}, ${B}`],
    ['replace 1', `404 there is no machine "1"; there are ${A}, ${B}`],
    ['protect x', `404 there is no machine "x"; there are ${A}, ${B}`],
    ['undo pause 1', '409 pool 1 is not paused by an order'],
    ['undo pause all', '409 nothing is paused by an order'],
  ])('%s is refused in one line, and nobody is told', (order, text) => {
    expect(give(order)).toBe(text)
    expect([told, kept, given, lines]).toEqual([[], [], [], []])
  })

  test('a line stays one: of many machines the first are named', () => {
    look(
      1,
      Array.from({ length: 30 }, (_, at) => `pool-1-agent-${at}`),
    )
    expect(give('protect x')).toMatch(/pool-1-agent-19 and 10 more$/)
    look(2, [])
    expect(give('protect x')).toBe('404 there is no machine "x"; there is none')
  })

  test('no machine that was made by hand is drained or replaced: none is ever ended', () => {
    look(1, [A, BOX])
    for (const verb of ['drain', 'replace'])
      expect(give(`${verb} ${BOX}`)).toMatch(/^409 .* was made by hand: it is never ended/)
    expect(give(`protect ${BOX}`)).toMatch(/^ada /)
  })

  test('says so where it cannot be kept', () => {
    book = open(noOrders, 'not-written')
    expect(book.give({ verb: 'pause', subject: 'all', isTakenBack: false, by: 'ada' })).toMatchObject({
      ok: true,
      kept: 'not-written',
    })
  })
})

test('to cancel a drain is too late once the record is being deleted, and the order is cancelled all the same', () => {
  give(`drain ${A}`)
  look(1, [A, B], true, [{ kind: 'terminate', name: A }])
  expect(give(`undo drain ${A}`)).toMatch(/^409 too late to keep pool-1-agent-a: /)
  expect(told.at(-1)?.drained).toEqual(new Set())
  give(`drain ${B}`)
  look(2, [A])
  expect(give(`undo drain ${B}`)).toMatch(/^409 too late to keep pool-2-agent-b: /)
})

describe('orders about a machine that is gone', () => {
  test('are forgotten after ten minutes in no list', () => {
    give(`protect ${A}`)
    give(`drain ${B}`)
    look(1_000, [B])
    look(600_000, [B])
    expect(book.orders.protected).toEqual(new Set([A]))
    look(601_000, [B])
    expect(plainOrders(book.orders)).toEqual({ ...nothing, drained: [B] })
    expect([told.at(-1), kept.at(-1)]).toEqual([book.orders, book.orders])
  })

  test('stand while its list cannot be read, or where it comes back', () => {
    give(`protect ${A}`)
    look(1_000, [])
    look(700_000, [], false)
    look(800_000, [A])
    look(900_000, [])
    look(1_400_000, [])
    expect(book.orders.protected).toEqual(new Set([A]))
  })

  test('may be taken back before', () => {
    give(`protect ${A}`)
    look(1_000, [])
    expect(give(`undo protect ${A}`)).toBe(`ada no longer protects ${A}`)
  })

  test('of pools that were taken out may be taken back as well', () => {
    give('pause 2')
    give('drain 2')
    pools = ['1']
    expect(give('drain 2')).toMatch(/^404 /)
    expect(give('undo drain 2')).toBe(`ada no longer drains pool 2${CANCELLED}`)
    expect(give('undo pause 2')).toBe('ada resumed pool 2')
  })

  test('that an earlier process was given are known', () => {
    book = open({ ...noOrders, protected: new Set([A]) })
    expect(give(`undo protect ${A}`)).toBe(`ada no longer protects ${A}`)
  })
})
