import type { Money, PoolId } from '@woodpeckers/autoscaler-core'
import type { Sample } from '@woodpeckers/autoscaler-observer'

/** What came of a trace under some settings. All times are milliseconds since the trace's `startAt`. */
export interface TraceResult {
  readonly jobs: JobCounts
  /** From a job's arrival until an agent had it; of those that were started. */
  readonly waiting: WaitingTimes
  /** One for each currency; `undefined`: the price of some pool's machines is not known. */
  readonly cost: readonly Money[] | undefined
  readonly machineHours: number
  /** 0 to 1: of the slots that were paid for, how much of the time they worked. */
  readonly utilisation: number
  /** `undefined` without jobs. */
  readonly busiestHour: BusiestHour | undefined
  readonly launches: number
  /** At once, of all pools. */
  readonly mostMachines: number
  readonly pools: readonly PoolResult[]
  readonly machines: readonly MachineLine[]
  /** Some hundred moments, those at which most waited; the one time here that is epoch milliseconds. */
  readonly samples: readonly Sample[]
  /** When the last machine above the minimum was gone, and at least the trace's span. */
  readonly endedMs: number
  readonly ticks: number
}

export interface JobCounts {
  readonly arrived: number
  readonly started: number
  readonly done: number
  /** No pool's agents take them. */
  readonly unmatched: number
  /** They waited still when nothing had moved for hours. */
  readonly neverStarted: number
}

export interface WaitingTimes {
  readonly meanMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
}

/** The hour in which most jobs came. */
export interface BusiestHour {
  readonly fromMs: number
  readonly jobs: number
  readonly waiting: WaitingTimes
  readonly mostMachines: number
}

export interface PoolResult {
  readonly id: PoolId
  /** `undefined`: the price of its machines is not known. */
  readonly cost: Money | undefined
  readonly machineHours: number
  readonly utilisation: number
  readonly launches: number
  readonly mostMachines: number
}

/** A machine's life, for drawing. */
export interface MachineLine {
  readonly name: string
  readonly pool: PoolId
  readonly createdMs: number
  /** `undefined`: its agent never came. */
  readonly connectedMs: number | undefined
  /** When it had a task or several. */
  readonly busy: readonly (readonly [fromMs: number, toMs: number])[]
  /** When it was paid for: more than one stretch where it was stopped in between. */
  readonly paid: readonly (readonly [fromMs: number, toMs: number])[]
  /** When its agent was cordoned. */
  readonly cordoned: readonly (readonly [fromMs: number, toMs: number])[]
  /** `undefined`: it was there at the end. */
  readonly endedMs: number | undefined
  readonly cost: Money | undefined
}
