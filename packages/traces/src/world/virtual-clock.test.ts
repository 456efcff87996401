import { expect, test } from 'vitest'
import { streamOf } from './stream-of.ts'
import { VirtualClock } from './virtual-clock.ts'

test('rings timers by their time, and those of one moment in the order they were set', () => {
  const clock = new VirtualClock(0)
  const random = streamOf(1, 'timers')
  const rung: [number, number][] = []
  for (let order = 0; order < 500; order++) {
    const dueAt = Math.floor(random() * 50)
    clock.startTimer(dueAt, () => {
      expect(clock.now()).toBe(dueAt)
      rung.push([dueAt, order])
    })
  }
  while (clock.step(1_000)) {}
  expect(rung).toHaveLength(500)
  expect(rung).toEqual(rung.toSorted((one, other) => one[0] - other[0] || one[1] - other[1]))
  expect(clock.now()).toBe(1_000)
})

test('does not ring what was called off', () => {
  const clock = new VirtualClock(0)
  let rung = 0
  const cancel = clock.startTimer(10, () => rung++)
  clock.startTimer(20, () => rung++)
  cancel()
  while (clock.step(100)) {}
  expect(rung).toBe(1)
})

test('streams of different purposes and seeds have nothing in common', () => {
  const firsts = [streamOf(1, 'a'), streamOf(2, 'a'), streamOf(1, 'b'), streamOf(11, 'a')].map((next) =>
    next(),
  )
  expect(new Set(firsts).size).toBe(4)
})
