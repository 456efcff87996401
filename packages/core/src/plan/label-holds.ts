import type { Hold } from '../model/plan.ts'
import { differenceTexts } from './label-texts.ts'
import type { PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Says of each pool how what its agents registered with differs from its settings, also while no task needs it. */
export function labelHolds(
  pools: readonly PoolMembers[],
  { matching }: PlanInput,
  holds: readonly Hold[],
): readonly Hold[] {
  const isSaid = new Set(
    holds.flatMap(({ because, pool }) => (because === 'labels-differ' ? (pool ?? []) : [])),
  )
  return pools.flatMap(({ pool, variants }): readonly Hold[] => {
    if (isSaid.has(pool.id)) return []
    const latest = variants.flatMap(({ shown }) => shown.findLast(({ isOwn }) => isOwn) ?? [])
    const texts = new Set(
      latest.flatMap(({ registered }) => differenceTexts(pool, variants, registered, matching)),
    )
    const reason = [...texts].join('; ')
    return reason === '' ? [] : [{ kind: 'hold', pool: pool.id, because: 'labels-differ', reason }]
  })
}
