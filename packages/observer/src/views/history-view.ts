import type { PoolId } from '@woodpeckers/autoscaler-core'

/** The last hours, as `/api/v1/history` answers them: samples by pool, and a bar for each machine. */
export interface HistoryView {
  readonly version: 1
  readonly fromAt: number
  readonly toAt: number
  readonly pools: readonly PoolId[]
  readonly samples: readonly Sample[]
  readonly machines: readonly MachineBar[]
}

/** How things stood at a time; slots and tasks by pool, in the order of `HistoryView.pools`. */
export interface Sample {
  readonly at: number
  readonly demand: readonly number[]
  readonly busy: readonly number[]
  readonly free: readonly number[]
  readonly booting: readonly number[]
  readonly draining: readonly number[]
  /** Tasks that wait, of all pools. */
  readonly pending: number
}

/** A machine from its creation to its end. */
export interface MachineBar {
  readonly name: string
  readonly pool: PoolId
  readonly fromAt: number
  /** Without it: it is there now. */
  readonly toAt?: number
  /** One after the other; the last goes on to `toAt`. */
  readonly phases: readonly Phase[]
  readonly offering?: string
}

export interface Phase {
  readonly fromAt: number
  /** `booting`: paid, and not in contact yet; `idle`: waste, or readiness; `trouble`: silent, lost, an orphan. */
  readonly doing: 'booting' | 'idle' | 'busy' | 'draining' | 'parked' | 'trouble'
}
