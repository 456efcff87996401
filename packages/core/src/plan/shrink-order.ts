import type { PoolPolicy, ShrinkRank } from '../model/pool.ts'
import { idleSinceAt } from './idle.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Who goes first of those that may go: without work before those with some, then as the pool has it, then by name. */
export function inShrinkOrder(
  members: readonly Member[],
  { shrinkOrder }: PoolPolicy,
  input: PlanInput,
): readonly Member[] {
  const ranks: Readonly<Record<ShrinkRank, (a: Member, b: Member) => number>> = {
    idlest: (a, b) => idleSinceAt(a, input) - idleSinceAt(b, input),
    dearest: (a, b) => priceOf(b) - priceOf(a),
    oldest: (a, b) => a.sinceAt - b.sinceAt,
  }
  return [...members].sort((a, b) => {
    let order = a.running - b.running
    for (const rank of shrinkOrder) order ||= ranks[rank](a, b)
    return order || (a.name < b.name ? -1 : 1)
  })
}

/** In one pool prices are of one currency. */
function priceOf({ machine }: Member): number {
  return machine?.hourlyPrice?.amount ?? 0
}
