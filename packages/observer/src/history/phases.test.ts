import { expect, test } from 'vitest'
import type { Phase } from '../views/history-view.ts'
import { addPhase } from './phases.ts'

function added(limit: number, ...steps: readonly (readonly [number, Phase['doing']])[]): readonly string[] {
  const phases: Phase[] = []
  for (const [fromAt, doing] of steps) addPhase(phases, { fromAt, doing }, limit)
  return phases.map(({ fromAt, doing }) => `${fromAt} ${doing}`)
}

test('what goes on is one phase', () => {
  expect(added(9, [0, 'booting'], [1, 'idle'], [2, 'idle'], [3, 'busy'])).toEqual([
    '0 booting',
    '1 idle',
    '3 busy',
  ])
})

test('of too many the shortest becomes a part of the one before it', () => {
  expect(added(3, [0, 'booting'], [10, 'idle'], [11, 'busy'], [30, 'draining'])).toEqual([
    '0 booting',
    '11 busy',
    '30 draining',
  ])
})

test('where its neighbours do the same they become one', () => {
  expect(added(4, [0, 'booting'], [10, 'busy'], [50, 'idle'], [51, 'busy'], [90, 'draining'])).toEqual([
    '0 booting',
    '10 busy',
    '90 draining',
  ])
})
