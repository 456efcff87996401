import type { HoldCause } from './plan.ts'
import type { PoolId } from './pool.ts'

/** What the plan counts on for a task that waits. */
export type Fate =
  /** An agent that is there has a free slot for it. */
  | { readonly kind: 'free-slot' }
  /** A machine that boots has one. */
  | { readonly kind: 'booting' }
  /** A cordoned agent is called back for it, or a stopped machine started. */
  | { readonly kind: 'called-back'; readonly pool: PoolId; readonly name: string }
  | { readonly kind: 'launched'; readonly pool: PoolId }
  /** What is called back or launched for another has room for it too. */
  | { readonly kind: 'shares' }
  /** It waits for other tasks, by their ids. */
  | { readonly kind: 'depends'; readonly on: readonly string[] }
  | HeldFate

/** Nothing comes for it. `pool`: the first that would have served it. */
export interface HeldFate {
  readonly kind: 'held'
  readonly because: HoldCause
  readonly reason: string
  readonly pool?: PoolId
  /** When it is tried again, where that is known. */
  readonly untilAt?: number
}
