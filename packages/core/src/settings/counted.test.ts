import { expect, test } from 'vitest'
import { counted } from './counted.ts'

test.each([
  [0, '0 machines'],
  [1, '1 machine'],
  [2, '2 machines'],
  [1_200, '1,200 machines'],
])('%d is %j', (count, text) => {
  expect(counted(count, 'machine')).toBe(text)
})

test('a plural of its own', () => {
  expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries'])
})
