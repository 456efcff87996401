import type { Labels } from './labels.ts'
import type { Money } from './money.ts'

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
  /** What an agent of the pool should offer once it has registered: what agents really registered with counts more. */
  readonly offer: Labels
  /** An agent without work for so long is ended. 0 = at once; counted from its last work, or its first contact. */
  readonly idleTimeoutMs: number
  /** An agent that never registered is lost after so long; one that fell silent is given up. */
  readonly inactivityTimeoutMs: number
  /**
   * Until boots of the pool have been measured, a task waits so long for a machine that boots before another one is
   * launched. Counted from when the cloud says that it runs; while the cloud is starting it, the task waits on.
   */
  readonly bootAllowanceMs: number
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
  /** `ephemeral`: each machine serves one task, and is ended after it. */
  readonly mode: 'reused' | 'ephemeral'
  /** Of pools that could serve a task, the one with the higher priority is asked first. */
  readonly priority: number
  /** Slots that are kept free beyond what tasks need. */
  readonly buffer: Buffer
  /** Tasks that wait on running ones alone are counted already: their machine boots meanwhile. */
  readonly prewarm: boolean
  /** A task waits so long before a machine is made for it: a slot may become free. */
  readonly scaleUpDelayMs: number
  /** Launches of one tick at most. */
  readonly batch: number
  /** Other limits at other times. */
  readonly schedules: readonly Schedule[]
  /** Of agents that may go, which one goes first: what comes first counts most. */
  readonly shrinkOrder: readonly ShrinkRank[]
  /** Whether a half-busy agent is drained where the others have room for what it could take. */
  readonly packing: boolean
  /** A machine as old, and up to a tenth more, is renewed. `Infinity`: never. */
  readonly maxAgeMs: number
  /**
   * What its machines are made from, as a digest: agents carry it as a label (`MADE_FROM`), and one with another is
   * renewed. `undefined`: nothing is renewed for that.
   */
  readonly madeFrom: string | undefined
  /**
   * A digest of all that its machines are made from, always known: what agents of another configuration registered with
   * says nothing of this one.
   */
  readonly configuration: string
  /** The label by which a task may choose the machine type among the pool's offerings. `undefined`: none. */
  readonly machineLabel: string | undefined
  /** An agent whose last so many tasks each failed within seconds, while others' did not, is given up. 0 = none is. */
  readonly failingAfter: number
  /** Every machine of the pool is drained and terminated, those too whose agents somebody else has cordoned. */
  readonly isDrained: boolean
}

/** A number of slots, or a share of the busy ones, rounded up. */
export type Buffer = { readonly slots: number } | { readonly share: number }

export type ShrinkRank = 'idlest' | 'dearest' | 'oldest'

/** From each time that the cron expression names, for so long, these values count in place of the pool's own. */
export interface Schedule {
  /** Five fields, or six with seconds in front. */
  readonly cron: string
  /** IANA name: the expression is read by the clocks there, through changes of daylight saving. */
  readonly timeZone: string
  readonly forMs: number
  readonly min?: number
  readonly max?: number
  readonly buffer?: Buffer
}

/** What all pools together may have and cost. Unlimited: `Infinity`, or `undefined` for money. */
export interface FleetPolicy {
  readonly maxMachines: number
  /** Of all machines that run, together. */
  readonly maxHourlyCost: Money | undefined
  /** What is spent in a day, and in a month, both by UTC: when it is reached, nothing is launched any more. */
  readonly maxSpendPerDay: Money | undefined
  readonly maxSpendPerMonth: Money | undefined
}

export const unlimitedFleet: FleetPolicy = {
  maxMachines: Number.POSITIVE_INFINITY,
  maxHourlyCost: undefined,
  maxSpendPerDay: undefined,
  maxSpendPerMonth: undefined,
}

/** What a pool is without any policy beyond its limits: the values of those who say nothing. */
export const plainPolicy: Pick<
  PoolPolicy,
  | 'mode'
  | 'priority'
  | 'buffer'
  | 'prewarm'
  | 'scaleUpDelayMs'
  | 'batch'
  | 'schedules'
  | 'shrinkOrder'
  | 'packing'
  | 'maxAgeMs'
  | 'madeFrom'
  | 'configuration'
  | 'machineLabel'
  | 'failingAfter'
  | 'isDrained'
  | 'bootAllowanceMs'
> = {
  mode: 'reused',
  priority: 0,
  buffer: { slots: 0 },
  prewarm: false,
  scaleUpDelayMs: 0,
  batch: Number.POSITIVE_INFINITY,
  schedules: [],
  shrinkOrder: ['idlest', 'dearest', 'oldest'],
  packing: false,
  maxAgeMs: Number.POSITIVE_INFINITY,
  madeFrom: undefined,
  configuration: '',
  machineLabel: undefined,
  failingAfter: 0,
  isDrained: false,
  bootAllowanceMs: 180_000,
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
