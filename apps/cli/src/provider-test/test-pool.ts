import type { PoolId } from '@woodpeckers/autoscaler-core'

const SUFFIX = '-test'
/** The longest that a pool's id may be. */
const LONGEST = 32

/**
 * The pool of the test's machines, which is none of the user's: an autoscaler that runs for `pool` touches
 * none of them, and the test none of its.
 */
export function testPool(pool: PoolId): PoolId {
  const beginning = pool.slice(0, LONGEST - SUFFIX.length).replace(/[^A-Za-z0-9]+$/, '')
  return `${beginning}${SUFFIX}`
}
