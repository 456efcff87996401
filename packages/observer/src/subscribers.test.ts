import { type Log, silentLog } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { aReport } from './a-report.test-setup.ts'
import { Site } from './a-site.test-setup.ts'
import type { Notice } from './subscribers.ts'

test('listeners hear of ticks, events, samples and machines that changed', async () => {
  await using site = new Site()
  const notices: Notice[] = []
  site.observer.subscribe((notice) => notices.push(notice))
  site.world.start()
  site.world.server.addTask({ durationMs: 60_000 })
  await site.world.minutes(2)
  expect(notices.filter(({ isTick }) => isTick).length).toBeGreaterThan(5)
  const seqs = notices.flatMap(({ events }) => events.map(({ seq }) => seq))
  expect(seqs).toEqual(site.observer.events(0).map(({ seq }) => seq))
  expect(notices.flatMap(({ samples }) => samples)).toEqual(site.observer.history().samples)
  const doing = notices.flatMap(({ machines }) => machines.map(({ phases }) => phases.at(-1)?.doing))
  expect(doing).toEqual(['booting', 'idle', 'busy', 'idle'])
})

test('one that throws harms neither the tick nor the others, and is told again', async () => {
  const warned: string[] = []
  const log: Log = { ...silentLog, warn: (_, message) => warned.push(message) }
  await using site = new Site({}, { log })
  let [angry, calm] = [0, 0]
  site.observer.subscribe(() => {
    angry++
    throw new Error('no')
  })
  site.observer.subscribe(() => calm++)
  site.world.start()
  await site.world.seconds(35)
  expect(angry).toBeGreaterThan(2)
  expect(calm).toBe(angry)
  expect(warned).toHaveLength(angry)
})

test('no listener runs within a tick', async () => {
  await using site = new Site()
  let told = 0
  site.observer.subscribe(() => told++)
  site.observer.onProcess('began')
  site.observer.onProcess('took another config')
  expect(told).toBe(0)
  await site.world.clock.advance(0)
  // What came meanwhile came in one.
  expect(told).toBe(1)
})

test('a tick is not lost where something else follows it at once', async () => {
  await using site = new Site()
  const notices: Notice[] = []
  site.observer.subscribe((notice) => notices.push(notice))
  site.observer.onTick(aReport())
  site.observer.onProcess('took another config')
  await site.world.clock.advance(0)
  expect(notices.map(({ isTick }) => isTick)).toEqual([true])
})

test('what nobody listens to is not kept for anybody', async () => {
  await using site = new Site()
  site.observer.onProcess('before')
  const notices: Notice[] = []
  const stop = site.observer.subscribe((notice) => notices.push(notice))
  expect(site.observer.listeners).toBe(1)
  site.observer.onProcess('meanwhile')
  await site.world.clock.advance(0)
  stop()
  stop()
  expect(site.observer.listeners).toBe(0)
  site.observer.onProcess('after')
  await site.world.clock.advance(0)
  expect(notices.flatMap(({ events }) => events.map(({ text }) => text))).toEqual(['meanwhile'])
})
