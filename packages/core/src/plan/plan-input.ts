import type { Memory } from '../model/memory.ts'
import type { Orders } from '../model/orders.ts'
import type { Caution, FleetPolicy, PoolId, PoolPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Matching } from '../ports/ci-server.ts'

/** All that a plan is made from. */
export interface PlanInput {
  readonly snapshot: Snapshot
  /** With what this snapshot adds: see `observe`. */
  readonly memory: Memory
  readonly pools: readonly PoolPolicy[]
  readonly fleet: FleetPolicy
  readonly caution: Caution
  readonly orders: Orders
  readonly matching: Matching
  /** Pools whose launches can be repeated under their names: see `Provider.createIsIdempotent`. */
  readonly repeatable: ReadonlySet<PoolId>
}
