import type { Memory } from '../model/memory.ts'
import type { Orders } from '../model/orders.ts'

/** Every drain has come to its end by then. */
const REMEMBERED_MS = 24 * 60 * 60_000

/** Notes which orders to drain or replace do not stand any more: what they have cordoned is uncordoned. */
export function withCancelledDrains(
  { cancelledDrains }: Pick<Memory, 'cancelledDrains'>,
  before: Orders,
  after: Orders,
  at: number,
): Memory['cancelledDrains'] {
  const toGo = ({ drained, replaced }: Orders) => drained.union(replaced)
  const names = toGo(before).difference(toGo(after))
  const pools = before.drainedPools.difference(after.drainedPools)
  if (names.size === 0 && pools.size === 0) return cancelledDrains
  const kept = [...cancelledDrains].filter(([, since]) => Math.abs(at - since) < REMEMBERED_MS)
  const cancelled = [...names, ...[...pools].map(keyOfPool)]
  return new Map([...kept, ...cancelled.map((key) => [key, at] as const)])
}

/** No name of a machine has a space. */
export function keyOfPool(id: string): string {
  return `pool ${id}`
}
