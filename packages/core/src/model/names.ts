import type { PoolId } from './pool.ts'

const POOL_ID = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,30}[A-Za-z0-9])?$/
/** No dash: so `pool-a-agent-b-agent-c` is of the pool `a-agent-b`, and of no other. */
const SUFFIX = /^[A-Za-z0-9]{1,32}$/

/** Whether a pool may have this id: it becomes a part of names, host names and labels. */
export function isPoolId(id: string): boolean {
  return POOL_ID.test(id)
}

/** What every name of the pool's agents and machines begins with. */
export function namePrefix(pool: PoolId): string {
  return `pool-${pool}-agent-`
}

/** Whether the name is one that this pool gives: anchored at both ends, so that no other pool's fits. */
export function isNameOfPool(name: string, pool: PoolId): boolean {
  const prefix = namePrefix(pool)
  return name.startsWith(prefix) && SUFFIX.test(name.slice(prefix.length))
}

const NAME = /^pool-(.*)-agent-[A-Za-z0-9]{1,32}$/s

/** The one pool whose name it can be: `isNameOfPool` is true of that one, and of no other. */
export function poolOfName(name: string): PoolId | undefined {
  return NAME.exec(name)?.[1]
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A fresh name: 6 letters or digits, as host names allow them; `random` answers 0 ≤ x < 1. */
export function newAgentName(pool: PoolId, random: () => number): string {
  let suffix = ''
  for (let i = 0; i < 6; i++) suffix += LETTERS[Math.floor(random() * LETTERS.length)]
  return namePrefix(pool) + suffix
}
