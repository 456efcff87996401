import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  leftAloneKey,
  noOrders,
  type Orders,
  type Spent,
  silentLog,
  type Trials,
} from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readStateFile } from './read-state.ts'
import { StateFile } from './state-file.ts'
import type { KeptState } from './state-sections.ts'

let folder: string
let path: string
let lines: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
  path = join(folder, 'state.json')
  lines = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) }

function open(onForeign: (changed: KeptState) => void = () => {}, clock = new ManualClock()): StateFile {
  return new StateFile({ path, clock, log, read: readStateFile(path), onForeign })
}

const read = () => readStateFile(path).kept

const spent = (day: number): Spent => ({
  at: 1_000,
  readAt: new Map(),
  keptReadAt: new Map([['1', 900]]),
  listed: new Map(),
  day: { key: '2026-01-01', amounts: new Map([['EUR', day]]) },
  month: { key: '2026-01', amounts: new Map([['EUR', day + 10]]) },
})

const orders: Orders = {
  paused: new Set(['1']),
  drainedPools: new Set(['2']),
  drained: new Set(['pool-1-agent-a']),
  replaced: new Set(['pool-1-agent-b']),
  protected: new Set(['pool-1-agent-c']),
}

const made = { pool: 'gpu', configuration: 'c1', machineType: 'cx33', at: 5, hasRegistered: true }
const trials: Trials = {
  launched: new Map([
    ['pool-gpu-agent-a', { ...made, taskId: '7', taskClass: '[["gpu","yes"]]' }],
    ['pool-gpu-agent-b', { ...made, machineType: undefined }],
  ]),
  registered: [
    {
      name: 'pool-gpu-agent-a',
      pool: 'gpu',
      configuration: 'c1',
      machineType: undefined,
      launchedAt: 5,
      at: 9,
      labels: { a: 'b' },
      slots: 2,
    },
  ],
  leftAlone: new Map([
    [
      leftAloneKey('gpu', '[]'),
      { pool: 'gpu', taskClass: '[]', by: [{ name: 'pool-gpu-agent-a', launchedAt: 5, at: 9 }] },
    ],
  ]),
}

test.each<[string, KeptState]>([
  ['what was spent', { spent: spent(2.5) }],
  ['orders', { orders }],
  ['that all is paused', { orders: { ...orders, paused: 'all' } }],
  ['what launches have shown', { trials }],
  ['whose cordons are respected', { cordonedByOthers: new Set(['pool-1-agent-a']) }],
  ['all of it', { spent: spent(2.5), orders, trials, cordonedByOthers: new Set(['pool-1-agent-a']) }],
])('%s is written at once, and read again', (_, state) => {
  expect(open().keepNow(state)).toBe(true)
  expect(read()).toEqual(state)
  expect(lines).toEqual([])
})

test('an agent that somebody cordoned is written at once, among what is written once a minute', () => {
  const file = open()
  file.keep({ spent: spent(1), cordonedByOthers: new Set() })
  file.keep({ spent: spent(2), cordonedByOthers: new Set() })
  expect(read().spent).toEqual(spent(1))
  file.keep({ spent: spent(3), cordonedByOthers: new Set(['pool-1-agent-a']) })
  expect(read()).toEqual({ spent: spent(3), cordonedByOthers: new Set(['pool-1-agent-a']) })
})

test('when each list was read last is kept too', () => {
  open().keep({ spent: { ...spent(2.5), readAt: new Map([['2', 1_000]]) } })
  expect([...read().spent!.keptReadAt]).toEqual([
    ['1', 900],
    ['2', 1_000],
  ])
})

test('without a file nothing is known, and nothing is said', () => {
  expect(readStateFile(path)).toMatchObject({ kept: {} })
  open()
  expect(lines).toEqual([])
})

test('what was read goes on being kept: an order does not cost what was spent, nor a tick an order', () => {
  const first = open()
  first.keep({ spent: spent(2.5) })
  first.keepNow({ orders })
  open().keepNow({ orders: noOrders })
  expect(read()).toEqual({ spent: spent(2.5), orders: noOrders })
  open().keep({ spent: spent(3) })
  expect(read()).toEqual({ spent: spent(3), orders: noOrders })
})

test('a section that this version does not know is written back', () => {
  writeFileSync(path, '{"version":2,"later":{"a":1}}')
  open().keepNow({ orders })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ later: { a: 1 }, orders: { paused: ['1'] } })
})

test('a file of a program that knew no orders is read', () => {
  const { at, day, month } = spent(2.5)
  const plain = ({ key, amounts }: Spent['day']) => ({ key, amounts: Object.fromEntries(amounts) })
  writeFileSync(path, JSON.stringify({ version: 1, spent: { at, day: plain(day), month: plain(month) } }))
  expect(read()).toEqual({ spent: { ...spent(2.5), keptReadAt: new Map() } })
})

test('what changes at every tick is written once a minute, and at the end', async () => {
  const clock = new ManualClock()
  const file = open(undefined, clock)
  file.keep({ spent: spent(1) })
  await clock.advance(59_000)
  file.keep({ spent: spent(2) })
  expect(read().spent).toEqual(spent(1))
  await clock.advance(1_000)
  file.keep({ spent: spent(3) })
  expect(read().spent).toEqual(spent(3))
  file.keep({ spent: spent(4) })
  file.flush()
  expect(read().spent).toEqual(spent(4))
})

describe('a file that cannot be used', () => {
  const copies = () => readdirSync(folder).filter((name) => name.includes('.corrupt-'))

  test.each([
    ['', /it is empty; starting without/, 0],
    [' \n', /it is empty; starting without/, 0],
    ['{"version":2,"orders":{"pau', /it is truncated, corrupt, or not a state file; starting without/, 1],
    ['{"version":3}', /it is truncated, corrupt, or not a state file; starting without/, 1],
    ['null', /it is truncated, corrupt, or not a state file; starting without/, 1],
  ])('such as %j is warned of, copied if it holds anything, and written anew', (text, line, kept) => {
    writeFileSync(path, text)
    const file = open()
    expect(lines[0]).toMatch(line)
    expect(copies().map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(kept === 0 ? [] : [text])
    expect(file.keepNow({ orders })).toBe(true)
    expect(read()).toEqual({ orders })
  })

  test('with one damaged section keeps the others', () => {
    open().keepNow({ orders, spent: spent(2) })
    const written = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...written, spent: { day: {} } }))
    open()
    expect(lines[0]).toMatch(/corrupt: spent; starting without/)
    expect(read()).toEqual({ orders })
    expect(copies()).toHaveLength(1)
  })

  test('such as a directory is warned of, and never overwritten', () => {
    mkdirSync(path)
    const file = open()
    expect(lines).toEqual([
      expect.stringMatching(/it cannot be read: it is not a regular file; starting without/),
    ])
    expect(file.keepNow({ orders })).toBe(false)
    file.keep({ orders })
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^the state file cannot be written: its present content/),
    ])
  })
})

test('one that cannot be written is told once', () => {
  path = join(folder, 'none', 'state.json')
  const file = open()
  file.keep({ spent: spent(1) })
  file.keep({ spent: spent(2) })
  expect(file.keepNow({ orders })).toBe(false)
  expect(lines).toEqual([expect.stringMatching(/^the state file cannot be written: ENOENT/)])
})

test('an order that could not be written is written at the next tick', () => {
  const file = open()
  file.keep({ spent: spent(1) })
  mkdirSync(`${path}.${process.pid}.new`)
  expect(file.keepNow({ orders })).toBe(false)
  rmSync(`${path}.${process.pid}.new`, { recursive: true })
  file.keep({ spent: spent(1) })
  expect(read().orders).toEqual(orders)
})

test('a symbolic link to it stays one', () => {
  mkdirSync(join(folder, 'elsewhere'))
  const target = join(folder, 'elsewhere', 'real.json')
  writeFileSync(target, '')
  symlinkSync(target, path)
  open().keepNow({ orders })
  expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ orders: { paused: ['1'] } })
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['real.json'])
})

describe('two processes of a rolling update', () => {
  test('an order that the old one is given survives what the new one writes, which obeys it', () => {
    const old = open()
    old.keepNow({ orders: noOrders, spent: spent(1) })
    const taken: KeptState[] = []
    const fresh = open((changed) => taken.push(changed))
    old.keepNow({ orders: { ...noOrders, paused: new Set(['1']) } })
    fresh.keep({ spent: spent(2) })
    fresh.flush()
    expect(read().orders?.paused).toEqual(new Set(['1']))
    expect(taken.map(({ orders: given }) => given?.paused)).toEqual([new Set(['1'])])
  })

  test('an order that the old one is given while the new one still connects survives', () => {
    const old = open()
    old.keepNow({ orders: noOrders, spent: spent(1) })
    const seen = readStateFile(path)
    old.keepNow({ orders: { ...noOrders, paused: 'all' } })
    const fresh = new StateFile({ path, clock: new ManualClock(), log, read: seen })
    fresh.keep({ spent: spent(2) })
    fresh.flush()
    expect(read().orders?.paused).toBe('all')
  })

  test('an order that the new one is given survives the last write of the old one', () => {
    const old = open()
    old.keepNow({ orders: noOrders, spent: spent(1) })
    const fresh = open()
    fresh.keepNow({ orders: { ...noOrders, paused: 'all' } })
    old.keep({ spent: spent(3) })
    old.flush()
    expect(read()).toMatchObject({ orders: { paused: 'all' } })
    expect(read().spent?.day.amounts.get('EUR')).toBe(3)
  })

  test('an order that one cancels is not brought back by the other', () => {
    const old = open()
    old.keepNow({ orders })
    const fresh = open()
    fresh.keepNow({ orders: noOrders })
    old.keepNow({ spent: spent(1) })
    expect(read().orders).toEqual(noOrders)
  })

  test('a file that was removed or emptied takes back nothing', () => {
    const file = open()
    file.keepNow({ orders })
    writeFileSync(path, '')
    file.keepNow({ spent: spent(1) })
    expect(read()).toEqual({ orders, spent: spent(1) })
    rmSync(path)
    file.keepNow({ spent: spent(2) })
    expect(read()).toEqual({ orders, spent: spent(2) })
  })
})
