import type { Memory } from '../model/memory.ts'
import type { Caution, PoolPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Matching } from '../ports/ci-server.ts'

/** All that a plan is made from. */
export interface PlanInput {
  readonly snapshot: Snapshot
  /** With what this snapshot adds: see `observe`. */
  readonly memory: Memory
  /** In the order in which they are asked to grow. */
  readonly pools: readonly PoolPolicy[]
  readonly caution: Caution
  readonly matching: Matching
}
