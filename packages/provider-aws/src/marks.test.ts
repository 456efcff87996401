import { expect, it } from 'vitest'
import { AGENT_TAG, agentOf, POOL_TAG } from './marks.ts'

it.each([
  ['with both marks', { Name: 'pool-1-agent-a', [POOL_TAG]: '1' }, 'pool-1-agent-a'],
  [
    'that somebody has renamed',
    { Name: 'keep', [AGENT_TAG]: 'pool-1-agent-a', [POOL_TAG]: '1' },
    'pool-1-agent-a',
  ],
  ['with our name alone', { Name: 'pool-1-agent-a' }, undefined],
  ['with our mark alone', { [POOL_TAG]: '1' }, undefined],
  ['with our name, and the mark of another pool', { Name: 'pool-1-agent-a', [POOL_TAG]: '2' }, undefined],
  [
    'with our mark, and a name that only begins like ours',
    { Name: 'pool-1-agent-a-b', [POOL_TAG]: '1' },
    undefined,
  ],
])('a machine %s: %s', (_, tags, agent) => {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  expect(agentOf({ Tags }, '1')).toBe(agent)
})
