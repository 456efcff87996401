import { describe, expect, test } from 'vitest'
import type { Machine } from '../model/machine.ts'
import { nothingSpent, type Spent } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { Transient } from '../ports/errors.ts'
import { observeSpend } from './spend.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const noon = Date.UTC(2026, 0, 31, 12)

const machine = (more: Partial<Machine> = {}): Machine => ({
  name: 'pool-1-agent-a',
  state: 'running',
  createdAt: noon - 10 * HOUR_MS,
  hourlyPrice: { amount: 6, currency: 'EUR' },
  ...more,
})

function look(
  spent: Spent,
  at: number,
  machines: readonly Machine[] | undefined,
  billing: 'second' | 'hour' = 'second',
  reused = false,
) {
  const snapshot: Snapshot = {
    takenAt: at,
    inFlight: [],
    streamBrokeAt: undefined,
    machines: new Map([
      [
        '1',
        machines
          ? { ok: true, value: { machines, standing: [], offerings: [], readAt: at, reused } }
          : { ok: false, error: new Transient('503') },
      ],
    ]),
    agents: { ok: true, value: { agents: [], serverNowAt: at } },
    queue: { ok: true, value: { tasks: [], paused: false, pollingSlots: 0 } },
    work: undefined,
  }
  return observeSpend(spent, snapshot, () => billing)
}

/** What was spent in the day, in euros, after looks at these machines. */
function euros(
  looks: readonly (readonly [number, readonly Machine[] | undefined])[],
  billing?: 'second' | 'hour',
) {
  const spent = looks.reduce((before, [at, machines]) => look(before, at, machines, billing), nothingSpent)
  return spent.day.amounts.get('EUR') ?? 0
}

describe('what is paid by the second', () => {
  test('costs from look to look', () => {
    expect(euros([[noon, [machine()]]])).toBe(0)
    expect(
      euros([
        [noon, [machine()]],
        [noon + 10 * MINUTE_MS, [machine()]],
      ]),
    ).toBeCloseTo(1)
    expect(
      euros([
        [noon, []],
        [noon + 10 * MINUTE_MS, [machine(), machine()]],
      ]),
    ).toBeCloseTo(2)
  })

  test('costs from when it was made, where that is later than the last look, and never from the future', () => {
    const young = machine({ createdAt: noon + 5 * MINUTE_MS })
    expect(
      euros([
        [noon, []],
        [noon + 10 * MINUTE_MS, [young]],
      ]),
    ).toBeCloseTo(0.5)
    const ahead = machine({ createdAt: noon + 20 * MINUTE_MS })
    expect(
      euros([
        [noon, []],
        [noon + 10 * MINUTE_MS, [ahead]],
      ]),
    ).toBe(0)
    const { createdAt: _, ...ofUnknownAge } = machine()
    expect(
      euros([
        [noon, []],
        [noon + 10 * MINUTE_MS, [ofUnknownAge]],
      ]),
    ).toBeCloseTo(1)
  })

  test('costs nothing while it is stopped, or where nobody knows its price', () => {
    const { hourlyPrice: _, ...free } = machine()
    expect(
      euros([
        [noon, []],
        [noon + HOUR_MS, [machine({ state: 'stopped' }), free]],
      ]),
    ).toBe(0)
  })

  test('is counted for the time in which it could not be listed, and not twice for one time', () => {
    const seen = [noon, [machine()]] as const
    expect(euros([seen, [noon + HOUR_MS, undefined], [noon + 70 * MINUTE_MS, [machine()]]])).toBeCloseTo(7)
    const later = [noon + 10 * MINUTE_MS, [machine()]] as const
    expect(euros([seen, later, later])).toBeCloseTo(1)
    // A time that comes twice, as the clock was set back, is counted twice rather than not at all.
    expect(euros([seen, later, seen, later])).toBeCloseTo(2)
  })
})

test('what is paid by the hour costs each hour when it is begun', () => {
  const made = machine({ createdAt: noon })
  const at = (...minutes: readonly number[]) =>
    minutes.map((minute) => [noon + minute * MINUTE_MS, [made]] as const)
  expect(euros([[noon - 1, []], ...at(1)], 'hour')).toBe(6)
  expect(euros([[noon - 1, []], ...at(1, 59)], 'hour')).toBe(6)
  expect(euros([[noon - 1, []], ...at(1, 60)], 'hour')).toBe(12)
  expect(euros([[noon - 1, []], ...at(1, 119, 121)], 'hour')).toBe(18)
  expect(euros(at(10, 50), 'hour')).toBe(0)
})

test('each currency is counted by itself, the day and the month by UTC', () => {
  const dollars = machine({ hourlyPrice: { amount: 3, currency: 'USD' } })
  const evening = Date.UTC(2026, 0, 31, 23)
  const first = look(nothingSpent, evening, [])
  const january = look(first, evening + 59 * MINUTE_MS, [machine(), dollars, dollars])
  expect(january.day).toMatchObject({ key: '2026-01-31' })
  expect(january.day.amounts.get('EUR')).toBeCloseTo(5.9)
  expect(january.month).toMatchObject({ key: '2026-01' })
  expect(january.month.amounts.get('USD')).toBeCloseTo(5.9)
  const february = look(january, evening + 69 * MINUTE_MS, [machine()])
  expect(february.day).toMatchObject({ key: '2026-02-01' })
  // The last minute of January is January's.
  expect(february.day.amounts.get('EUR')).toBeCloseTo(0.9)
  expect([...february.month.amounts.keys()]).toEqual(['EUR'])
  const next = look(look(first, Date.UTC(2026, 1, 1, 1), [machine()]), Date.UTC(2026, 1, 2, 1), [machine()])
  expect(next.month.amounts.get('EUR')).toBeCloseTo(6 + 24 * 6)
  expect(next.day.amounts.get('EUR')).toBeCloseTo(6)
})

test('without a price among the machines nothing is counted at all', () => {
  const { hourlyPrice: _, ...free } = machine()
  const spent = look(look(nothingSpent, noon, [free]), noon + HOUR_MS, [free])
  expect(spent).toMatchObject({
    at: noon + HOUR_MS,
    day: { key: '2026-01-31', amounts: new Map() },
    month: { key: '2026-01', amounts: new Map() },
  })
})

test('an hour is paid once, also where the cloud’s clock is ahead', () => {
  const made = machine({ createdAt: noon + MINUTE_MS })
  const looks = [0, 10, 20, 30, 40, 50, 60].map((seconds) => [noon + seconds * 1_000, [made]] as const)
  expect(euros(looks, 'hour')).toBe(6)
})

test('what a time of three days without a look cost is not all of today’s', () => {
  const before = look(nothingSpent, noon, [machine()])
  const after = look(before, noon + 73 * HOUR_MS, [machine()])
  expect(after.day.amounts.get('EUR')).toBeCloseTo(13 * 6)
})

test('a clock that is set back by a moment takes nothing off what was spent', () => {
  const before = look(look(nothingSpent, noon, [machine()]), noon + HOUR_MS, [machine()])
  const setBack = look(before, noon + HOUR_MS - 1_000, [machine()])
  expect(setBack.day.amounts.get('EUR')).toBeCloseTo(6)
  const later = look(setBack, noon + 2 * HOUR_MS - 1_000, [machine()])
  expect(later.day.amounts.get('EUR')).toBeCloseTo(12)
  expect(later.month.amounts.get('EUR')).toBeCloseTo(12)
})

test('a restart counts on from each pool’s last list, and nothing twice', () => {
  const first = look(nothingSpent, noon, [machine()])
  const blind = look(first, noon + HOUR_MS, undefined)
  const kept = { ...nothingSpent, ...blind, readAt: new Map(), listed: new Map(), keptReadAt: blind.readAt }
  const young = machine({ createdAt: noon - 10 * MINUTE_MS })
  const seen = look(kept, noon + 2 * HOUR_MS, [young])
  expect(seen.day.amounts.get('EUR')).toBeCloseTo(12)
  expect(look(seen, noon + 3 * HOUR_MS, [young]).day.amounts.get('EUR')).toBeCloseTo(18)
})

test('what a clock of the future has kept is not believed', () => {
  const wrong = look(look(nothingSpent, noon + 1e10, [machine()]), noon + 1e10 + HOUR_MS, [machine()])
  expect(look(wrong, noon, []).day.amounts.get('EUR') ?? 0).toBe(0)
})

test('a price that is no number is none', () => {
  const odd = machine({ hourlyPrice: { amount: Number.NaN, currency: 'EUR' } })
  const spent = look(look(nothingSpent, noon, [odd]), noon + HOUR_MS, [odd])
  expect([...spent.day.amounts]).toEqual([])
})

test('a machine that was made after a list which a later look used again costs its first hour', () => {
  const made = machine({ createdAt: noon + 1_000 })
  const listed = look(nothingSpent, noon, [], 'hour')
  const again = look(listed, noon + 5_000, [], 'hour', true)
  expect(look(again, noon + 10_000, [made], 'hour').day.amounts.get('EUR')).toBe(6)
})

test.each([
  ['by the hour', 'hour', 6],
  ['by the second', 'second', (6 * 31) / 3_600],
] as const)('a machine that lists show late costs from its creation: %s', (_, billing, euro) => {
  const before = look(nothingSpent, noon, [], billing)
  const late = machine({ createdAt: noon - 1_000 })
  const after = look(before, noon + 30_000, [late], billing)
  expect(after.day.amounts.get('EUR')).toBeCloseTo(euro, 2)
  const then = look(after, noon + 60_000, [late], billing)
  expect(then.day.amounts.get('EUR')).toBeCloseTo(billing === 'hour' ? 6 : (6 * 61) / 3_600, 2)
})

test('an old machine that is taken over costs from now on', () => {
  const before = look(nothingSpent, noon, [])
  const after = look(before, noon + HOUR_MS, [machine()])
  expect(after.day.amounts.get('EUR')).toBeCloseTo(6, 5)
})

test('a clock that is wrong for a moment costs nothing of what was counted before', () => {
  const before = look(look(nothingSpent, noon, [machine()]), noon + HOUR_MS, [machine()])
  const ahead = look(before, noon + 1e10, [])
  expect(ahead.month.amounts.get('EUR') ?? 0).toBe(0)
  const right = look(ahead, noon + 2 * HOUR_MS, [machine()])
  expect(right.day.amounts.get('EUR')).toBeCloseTo(6)
  expect(right.month.amounts.get('EUR')).toBeCloseTo(6)
})
