import type { Labels } from './labels.ts'

export type PoolId = string

/** How many machines a pool may have, and how long they may stay: every value decided, none optional. */
export interface PoolPolicy {
  readonly id: PoolId
  /** Agents kept, work or not. */
  readonly min: number
  /** Machines, launches in flight and records whose machine may still appear never exceed it together. */
  readonly max: number
  /** Slots of each agent. */
  readonly workflowsPerAgent: number
  /** What an agent of the pool will offer once it has registered. */
  readonly offer: Labels
  /** An agent without work for so long is ended. 0 = at once; counted from its last work, or its first contact. */
  readonly idleTimeoutMs: number
  /** An agent that never registered is lost after so long; one that fell silent is given up. */
  readonly inactivityTimeoutMs: number
  /** A machine paid by the started hour is ended at most so long before the paid hour is over. */
  readonly billingTeardownMarginMs: number
  /** How the machines are paid. */
  readonly billing: 'second' | 'hour'
  /** Machines that are stopped instead of ended, disks and caches kept, and started again before new ones are made. */
  readonly parked: Parking
  /** So many of the machines that never connected, the newest ones, are left for somebody to look at. */
  readonly keepFailed: number
  /**
   * What pools of the same account share, such as the provider with a digest of its credential, never the
   * credential: when its calls fail for several of them, they try one at a time. Without it: the pool alone.
   */
  readonly cloud?: string
}

export interface Parking {
  /** 0 = machines are ended, never stopped. Stopped ones count towards the pool's maximum. */
  readonly max: number
  /** A stopped machine that nobody needed for so long is ended. */
  readonly forMs: number
}

/** Waits that protect work, the same for every pool: see `defaultCaution` for the reasons and values. */
export interface Caution {
  /** After the server was away or restarted, nothing that was there then is ended for so long. */
  readonly graceAfterRestartMs: number
  /** The longest that a pipeline may run: a silent agent that may have work is kept for so long. */
  readonly longestPipelineMs: number
  /** A machine missing from a list, or not in it yet, may still appear for so long. */
  readonly listLagMs: number
  /** A machine that stopped by itself is given up after so long. */
  readonly poweredOffMs: number
}
