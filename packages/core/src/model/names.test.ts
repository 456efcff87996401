import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNameOfPool, isPoolId, namePrefix, newAgentName, poolOfName } from './names.ts'

/** Of the few letters and words that names are made of, so that some come close to another pool's. */
const text = fc
  .array(fc.constantFrom('pool-', '-agent-', 'agent', 'a', 'B', '7', '-', '.', '_', '\n'), { maxLength: 8 })
  .map((parts) => parts.join(''))
const poolId = text.filter(isPoolId)

test('the pool of a name is the one that gave it', () => {
  fc.assert(
    fc.property(poolId, fc.double({ min: 0, max: 0.999, noNaN: true }), (pool, chance) => {
      expect(poolOfName(newAgentName(pool, () => chance))).toBe(pool)
    }),
  )
})

test('a name is of that pool and of no other, whatever dashes there are', () => {
  fc.assert(
    fc.property(poolId, poolId, text, (one, two, suffix) => {
      for (const name of [suffix, namePrefix(one) + suffix]) {
        for (const pool of [one, two]) {
          const prefix = namePrefix(pool)
          const isIts = name.startsWith(prefix) && /^[A-Za-z0-9]{1,32}$/.test(name.slice(prefix.length))
          expect(isNameOfPool(name, pool)).toBe(isIts)
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['pool-a-agent-x1', 'a'],
  ['pool-a-agent-b-agent-c', 'a-agent-b'],
  ['pool-a-agent-b-c', undefined],
  ['pool-agent-x', undefined],
  ['pool-a-agent-', undefined],
  ['pool-a-agent-x\n', undefined],
  ['my-pool-a-agent-x', undefined],
])('%j is of the pool %s', (name, pool) => {
  expect(poolOfName(name)).toBe(pool)
})
