import type { PoolId } from './pool.ts'

const POOL_ID = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9])?$/

/** Whether a pool may have this id: it becomes a part of names, host names and labels. */
export function isPoolId(id: string): boolean {
  return POOL_ID.test(id)
}

/** What every name of the pool's agents and machines begins with. */
export function namePrefix(pool: PoolId): string {
  return `pool-${pool}-agent-`
}

/** Whether the name is one that this pool gives, and no other. */
export function isNameOfPool(name: string, pool: PoolId): boolean {
  return poolOfName(name) === pool
}

const LONGEST_SUFFIX = 32
const FRONT = 'pool-'
const MIDDLE = '-agent-'

/** The one pool whose name it can be: `pool-a-agent-b-agent-c` is of the pool `a-agent-b`. */
export function poolOfName(name: string): PoolId | undefined {
  // Asked of every name several times a tick: a regular expression for the whole takes three times as long.
  const at = name.lastIndexOf(MIDDLE)
  if (at < FRONT.length || !name.startsWith(FRONT)) return undefined
  return isSuffix(name, at + MIDDLE.length) ? name.slice(FRONT.length, at) : undefined
}

/** Letters and digits, and no dash: so the last `-agent-` is the one that ends the pool's id. */
function isSuffix(name: string, from: number): boolean {
  if (name.length === from || name.length - from > LONGEST_SUFFIX) return false
  for (let at = from; at < name.length; at++) {
    const code = name.charCodeAt(at)
    const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
    if (!isLetter && !(code >= 48 && code <= 57)) return false
  }
  return true
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A fresh name: 6 letters or digits, as host names allow them; `random` answers 0 ≤ x < 1. */
export function newAgentName(pool: PoolId, random: () => number): string {
  let suffix = ''
  for (let i = 0; i < 6; i++) suffix += LETTERS[Math.floor(random() * LETTERS.length)]
  return namePrefix(pool) + suffix
}
