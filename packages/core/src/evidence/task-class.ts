import type { Labels } from '../model/labels.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Matching } from '../ports/ci-server.ts'
import { promiseOf } from './variants.ts'

/** A value that nobody gives a label: only an agent that takes any value takes it. */
const ANY_OTHER = '\u0000'

/**
 * The class of a task in a pool, as text that stays the same over restarts: its labels that decide whether the pool's
 * agents take it. A label of which they take any value, such as the repository, is none of them.
 */
export function taskClassOf(labels: Labels, pool: PoolPolicy, matching: Matching): string {
  const promised = promiseOf(pool, pool.machineLabel === undefined ? undefined : labels[pool.machineLabel])
  const isPromised = matching.score(labels, promised) > 0
  const decisive = Object.entries(labels).filter(
    ([key]) => !isPromised || matching.score({ ...labels, [key]: ANY_OTHER }, promised) === 0,
  )
  return JSON.stringify(decisive.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `a=b, c=d`, or nothing. */
export function taskClassText(taskClass: string): string {
  const labels = JSON.parse(taskClass) as readonly (readonly [string, string])[]
  return labels.map(([key, value]) => `${key}=${value}`).join(', ')
}
