import type { Buffer, PoolId, PoolPolicy, Schedule } from '@woodpeckers/autoscaler-core'
import type { TraceSettings } from '../play/trace-settings.ts'

/** What is tried in place of a pool's own settings; what is missing stays as it is. */
export interface Change {
  readonly min?: number
  readonly buffer?: Buffer
  readonly idleTimeoutMs?: number
  readonly schedules?: readonly Schedule[]
  readonly workflowsPerAgent?: number
}

/** The settings with the change in these pools. */
export function changed(
  settings: TraceSettings,
  change: Change,
  isMeant: (pool: PoolId) => boolean,
): TraceSettings {
  return {
    ...settings,
    pools: settings.pools.map((pool) =>
      isMeant(pool.policy.id) ? { ...pool, policy: policyWith(pool.policy, change) } : pool,
    ),
  }
}

function policyWith(policy: PoolPolicy, { min, ...others }: Change): PoolPolicy {
  return { ...policy, ...others, ...(min !== undefined && { min: Math.min(min, policy.max) }) }
}
