import { expect, test, vi } from 'vitest'
import { oncePer } from './once-per.ts'

test('it is made once for each thing, also where nothing comes of it', () => {
  const make = vi.fn((list: readonly string[]) => list[0])
  const first = oncePer(make)
  const [one, other, empty] = [['a'], ['a'], []]
  expect([first(one), first(one), first(other), first(empty), first(empty)]).toEqual([
    'a',
    'a',
    'a',
    undefined,
    undefined,
  ])
  expect(make).toHaveBeenCalledTimes(3)
})
