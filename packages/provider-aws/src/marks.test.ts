import { expect, it } from 'vitest'
import { isOurs, POOL_TAG } from './marks.ts'

it.each([
  ['with both marks', { Name: 'pool-1-agent-a', [POOL_TAG]: '1' }, true],
  ['with our name alone', { Name: 'pool-1-agent-a' }, false],
  ['with our mark alone', { [POOL_TAG]: '1' }, false],
  ['with our name, and the mark of another pool', { Name: 'pool-1-agent-a', [POOL_TAG]: '2' }, false],
  [
    'with our mark, and a name that only begins like ours',
    { Name: 'pool-1-agent-a-b', [POOL_TAG]: '1' },
    false,
  ],
])('a machine %s: %s', (_, tags, ours) => {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  expect(isOurs({ Tags }, '1')).toBe(ours)
})
