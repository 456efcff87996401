import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noOrders, type Orders, type Spent, silentLog } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readStateFile, StateFile } from './state-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
  path = join(folder, 'state.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const spent = (day: number): Spent => ({
  at: 1_000,
  readAt: new Map(),
  keptReadAt: new Map([['1', 900]]),
  listed: new Map(),
  day: { key: '2026-01-01', amounts: new Map([['EUR', day]]) },
  month: { key: '2026-01', amounts: new Map([['EUR', day + 10]]) },
})

test('what is kept is read again', () => {
  new StateFile(path, new ManualClock(), silentLog).keep(spent(2.5))
  expect(readStateFile(path)?.spent).toEqual(spent(2.5))
})

test('when each list was read last is kept too', () => {
  const read = { ...spent(2.5), readAt: new Map([['2', 1_000]]) }
  new StateFile(path, new ManualClock(), silentLog).keep(read)
  expect([...readStateFile(path)!.spent!.keptReadAt]).toEqual([
    ['1', 900],
    ['2', 1_000],
  ])
})

test('without a file nothing was spent', () => {
  expect(readStateFile(path)).toBeUndefined()
})

const orders: Orders = {
  paused: new Set(['1']),
  drainedPools: new Set(['2']),
  drained: new Set(['pool-1-agent-a']),
  replaced: new Set(['pool-1-agent-b']),
  protected: new Set(['pool-1-agent-c']),
}

test.each([
  ['of everything', orders],
  ['that all is paused', { ...orders, paused: 'all' as const }],
])('orders %s are written at once, and read again', (_, given) => {
  expect(new StateFile(path, new ManualClock(), silentLog).keepOrders(given)).toBe(true)
  expect(readStateFile(path)).toEqual({ orders: given })
})

test('what was read goes on being kept: an order does not cost what was spent, nor a tick an order', () => {
  const first = new StateFile(path, new ManualClock(), silentLog)
  first.keep(spent(2.5))
  first.keepOrders(orders)
  const second = new StateFile(path, new ManualClock(), silentLog, readStateFile(path))
  second.keepOrders(noOrders)
  expect(readStateFile(path)).toEqual({ spent: spent(2.5), orders: noOrders })
  second.keepOrders(orders)
  new StateFile(path, new ManualClock(), silentLog, readStateFile(path)).keep(spent(3))
  expect(readStateFile(path)).toEqual({ spent: spent(3), orders })
})

test('a file of a program that knew no orders is read', () => {
  const { at, day, month } = spent(2.5)
  const plain = ({ key, amounts }: Spent['day']) => ({ key, amounts: Object.fromEntries(amounts) })
  writeFileSync(path, JSON.stringify({ version: 1, spent: { at, day: plain(day), month: plain(month) } }))
  expect(readStateFile(path)).toEqual({ spent: { ...spent(2.5), keptReadAt: new Map() } })
})

test('it is written once a minute, and at the end', async () => {
  const clock = new ManualClock()
  const file = new StateFile(path, clock, silentLog)
  file.keep(spent(1))
  await clock.advance(59_000)
  file.keep(spent(2))
  expect(readStateFile(path)?.spent).toEqual(spent(1))
  await clock.advance(1_000)
  file.keep(spent(3))
  expect(readStateFile(path)?.spent).toEqual(spent(3))
  file.keep(spent(4))
  file.flush()
  expect(readStateFile(path)?.spent).toEqual(spent(4))
})

test.each(['', '{"version":3}', '{"version":2}', 'null', '{"version":1,"spent":{"day":{},"month":{}}}'])(
  'a file with %j in it is refused, and stays as it is',
  (text) => {
    writeFileSync(path, text)
    expect(() => readStateFile(path)).toThrow(/is not what this program has written; mend it, or remove it/)
    expect(readFileSync(path, 'utf8')).toBe(text)
  },
)

test('one that cannot be written is told once', () => {
  const lines: string[] = []
  const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) }
  const file = new StateFile(join(folder, 'none', 'state.json'), new ManualClock(), log)
  file.keep(spent(1))
  file.keep(spent(2))
  expect(file.keepOrders(orders)).toBe(false)
  expect(lines).toEqual([expect.stringMatching(/^the state file cannot be written: ENOENT/)])
})
