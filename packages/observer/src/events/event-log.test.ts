import { expect, test } from 'vitest'
import { EventLog } from './event-log.ts'

function filled(size: number, count: number): EventLog {
  const log = new EventLog(size)
  for (let at = 1; at <= count; at++)
    log.add({ at, tick: at, kind: 'process', subject: at % 2 === 0 ? 'even' : 'odd', text: `${at}` })
  return log
}

const numbers = (events: readonly { readonly seq: number }[]): readonly number[] =>
  events.map(({ seq }) => seq)

test('a reader goes on from the last number that it has', () => {
  const log = filled(10, 8)
  expect(numbers(log.after(0, 3))).toEqual([1, 2, 3])
  expect(numbers(log.after(3, 3))).toEqual([4, 5, 6])
  expect(numbers(log.after(6, 3))).toEqual([7, 8])
  expect(numbers(log.after(8, 3))).toEqual([])
})

test('what was forgotten is left out', () => {
  const log = filled(3, 8)
  expect(numbers(log.after(0, 10))).toEqual([6, 7, 8])
  expect(numbers(log.after(7, 10))).toEqual([8])
})

test('a number of an earlier process, which this one has not given yet, begins anew', () => {
  expect(numbers(filled(10, 3).after(500, 10))).toEqual([1, 2, 3])
})

test('the latest, and the latest about one subject, come oldest first', () => {
  const log = filled(10, 8)
  expect(numbers(log.latest(2))).toEqual([7, 8])
  expect(numbers(log.about('even', 2))).toEqual([6, 8])
})
