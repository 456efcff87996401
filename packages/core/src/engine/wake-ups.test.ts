import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { WakeUps } from './wake-ups.ts'

let clock: ManualClock
let wakeUps: WakeUps
let startedAt: number
/** When ticks for events began, in milliseconds. */
let ticks: number[]

beforeEach(() => {
  clock = new ManualClock()
  wakeUps = new WakeUps(clock)
  startedAt = clock.monotonic()
  ticks = []
  void follow()
})

async function follow(): Promise<void> {
  for (;;) {
    await wakeUps.next(Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, new AbortController().signal)
    ticks.push(clock.monotonic() - startedAt)
  }
}

async function eventsFor(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 10) {
    wakeUps.event()
    await clock.advance(10)
  }
}

/** What lies between ticks, on a server on which something happens all the time. */
async function gapsAfterReads(...readsMs: readonly number[]): Promise<readonly number[]> {
  for (const readMs of readsMs) wakeUps.serverRead(readMs)
  await eventsFor(12_000)
  return [...new Set(ticks.slice(1).map((at, index) => at - ticks[index]!))]
}

test.each([
  ['a server that answers at once: 300 ms', [1, 1], 300],
  ['30 ms for a read: ten times that', [30, 30], 300],
  ['80 ms for a read: ten times that', [80, 80], 800],
  ['a read of 3 s leaves it deaf for 5 s, and no longer', [3_000, 3_000], 5_000],
  ['one read that was slow by chance changes nothing', [20, 900], 300],
  ['two slow ones do', [20, 90, 100], 900],
])('%s', async (_, reads, gapMs) => {
  expect(await gapsAfterReads(...reads)).toEqual([gapMs])
})

test('an event that comes within the gap is served at its end', async () => {
  wakeUps.event()
  await clock.advance(290)
  wakeUps.event()
  await clock.advance(5_000)
  expect(ticks).toEqual([0, 300])
})

test('a reconnection causes a tick, and keeps no event waiting', async () => {
  wakeUps.event()
  await clock.advance(10)
  wakeUps.reconnected()
  await clock.advance(10)
  wakeUps.event()
  await clock.advance(5_000)
  expect(ticks).toEqual([0, 10, 20])
})

test('a stream that ends as soon as it has come causes a tick each five seconds', async () => {
  for (let at = 0; at < 10_000; at += 500) {
    wakeUps.reconnected()
    await clock.advance(500)
  }
  expect(ticks).toEqual([0, 5_000, 10_000])
})

test('setting the wall clock back changes nothing', async () => {
  wakeUps.event()
  await clock.advance(10)
  clock.setWall(-3_600_000)
  wakeUps.event()
  await clock.advance(5_000)
  expect(ticks).toEqual([0, 300])
})

test('steps that are due at any moment share a tick a second', async () => {
  for (let at = 0; at < 10_000; at += 100) {
    wakeUps.stepWithin(50)
    await clock.advance(100)
  }
  expect(ticks.length).toBeLessThanOrEqual(11)
  expect(ticks.length).toBeGreaterThanOrEqual(9)
})
