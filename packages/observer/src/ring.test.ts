import { expect, test } from 'vitest'
import { Ring } from './ring.ts'

test('what is more pushes out the oldest', () => {
  const ring = new Ring<number>(3)
  for (const item of [1, 2, 3, 4, 5]) ring.push(item)
  expect([...ring.values()]).toEqual([3, 4, 5])
  expect([...ring.values(1)]).toEqual([4, 5])
  expect(ring.last).toBe(5)
  expect(ring.length).toBe(3)
  expect(ring.at(3)).toBeUndefined()
})

test('it need not be full', () => {
  const ring = new Ring<number>(3)
  expect(ring.last).toBeUndefined()
  ring.push(1)
  expect([...ring.values()]).toEqual([1])
  expect(ring.last).toBe(1)
})
