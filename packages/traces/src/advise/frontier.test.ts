import { expect, test } from 'vitest'
import { layersOf } from './frontier.ts'

const at = (cost: number, waitingMs: number, lost = 0) => ({ cost, waitingMs, lost })

test('on the front are those that none is better than in both', () => {
  expect(layersOf([at(1, 9), at(2, 5), at(3, 1), at(3, 5), at(4, 6)])).toEqual([0, 0, 0, 1, 2])
})

test('equal ones are on the front together', () => {
  expect(layersOf([at(1, 1), at(1, 1)])).toEqual([0, 0])
})

test('a setting under which jobs never run is not cheap', () => {
  expect(layersOf([at(2, 5), at(1, 1, 3), at(0, 0, 4)])).toEqual([0, 1, 2])
  expect(layersOf([at(1, 1), at(1, 1, 3)])).toEqual([0, 1])
})
