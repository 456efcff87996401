import type { Buffer, Money, PoolId, PoolPolicy, Schedule } from '@woodpeckers/autoscaler-core'
import type { TracePool, TraceSettings } from '../play/trace-settings.ts'

/** What is tried in place of a pool's own settings; what is missing stays as it is. */
export interface Change {
  readonly min?: number
  readonly buffer?: Buffer
  readonly idleTimeoutMs?: number
  readonly schedules?: readonly Schedule[]
  readonly workflowsPerAgent?: number
  readonly machineType?: MachineType
}

/** Another machine type, as a pool could have it. */
export interface MachineType {
  readonly name: string
  readonly hourlyPrice: Money
  /** How many times as fast as in the trace jobs run on it. */
  readonly speed: number
}

/** The settings with the change in these pools. */
export function changed(
  settings: TraceSettings,
  change: Change,
  isMeant: (pool: PoolId) => boolean,
): TraceSettings {
  return {
    ...settings,
    pools: settings.pools.map((pool) => (isMeant(pool.policy.id) ? poolWith(pool, change) : pool)),
  }
}

function poolWith(pool: TracePool, change: Change): TracePool {
  const { machineType, ...others } = fitting(change, pool.policy)
  const { hourlyPrice, speed } = machineType ?? pool
  return {
    ...pool,
    policy: { ...pool.policy, ...others },
    ...(hourlyPrice && { hourlyPrice }),
    ...(speed !== undefined && { speed }),
  }
}

/** The change as a pool with this maximum can have it: none keeps more than it may have. */
export function fitting(change: Change, { max }: Pick<PoolPolicy, 'max'>): Change {
  const { min, schedules } = change
  return {
    ...change,
    ...(min !== undefined && { min: Math.min(min, max) }),
    ...(schedules && { schedules: schedules.map((schedule) => scheduleWithin(schedule, max)) }),
  }
}

function scheduleWithin(schedule: Schedule, poolMax: number): Schedule {
  const { min, max = poolMax } = schedule
  return { ...schedule, ...(min !== undefined && { min: Math.min(min, max) }) }
}
