import type { PoolId } from './pool.ts'

/** What people have asked for while it runs; it stands until they take it back. */
export interface Orders {
  /** Nothing of these pools is launched, started, cordoned or ended; `all`: nothing at all. */
  readonly paused: 'all' | ReadonlySet<PoolId>
  /** Nothing of these pools is launched, and what they have is drained and ended. */
  readonly drainedPools: ReadonlySet<PoolId>
  /** Machines that are drained and ended, by name. */
  readonly drained: ReadonlySet<string>
  /** The same, but another is made first where it is needed. */
  readonly replaced: ReadonlySet<string>
  /** Machines that are neither cordoned nor ended, by name. */
  readonly protected: ReadonlySet<string>
}

export const noOrders: Orders = {
  paused: new Set(),
  drainedPools: new Set(),
  drained: new Set(),
  replaced: new Set(),
  protected: new Set(),
}
