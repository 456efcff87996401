import type { PoolMembers } from './members.ts'
import type { Prices } from './prices.ts'

/** In the order in which pools are asked to grow: by priority, then by what a slot costs, then by the room that is left. */
export function inOrder(pools: readonly PoolMembers[], prices: Prices): readonly PoolMembers[] {
  const ranked = pools.map((poolMembers) => {
    const { pool, counted } = poolMembers
    const price = prices.ofNext(pool)
    return {
      poolMembers,
      priority: pool.priority,
      // A pool whose price nobody knows may be dear.
      slotPrice: price ? price.amount / pool.workflowsPerAgent : Number.POSITIVE_INFINITY,
      room: pool.max - counted,
    }
  })
  // Amounts of different currencies say nothing about each other.
  const isComparable = prices.haveOneCurrency
  return ranked
    .sort(
      (a, b) =>
        b.priority - a.priority ||
        (isComparable ? difference(a.slotPrice, b.slotPrice) : 0) ||
        difference(b.room, a.room) ||
        byId(a.poolMembers.pool.id, b.poolMembers.pool.id),
    )
    .map(({ poolMembers }) => poolMembers)
}

/** Also of what is without end. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function byId(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
