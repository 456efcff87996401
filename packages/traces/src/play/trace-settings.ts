import type { Caution, FleetPolicy, Money, PoolPolicy } from '@woodpeckers/autoscaler-core'

/** How long machines take from their order until the agent is there: half of them less than `p50Ms`, one in twenty more than `p95Ms`. */
export interface BootTime {
  readonly p50Ms: number
  readonly p95Ms: number
}

/** A pool as a simulation plays it. How it is paid, and what its agents offer, is in its policy. */
export interface TracePool {
  readonly policy: PoolPolicy
  readonly boot: BootTime
  /** Of each machine, while it runs. Without it: its cost is unknown. */
  readonly hourlyPrice?: Money
  /** Its machine type. Without it: `machine`. */
  readonly offering?: string
  /** How many times as fast as in the trace jobs run on them. Without it: as fast. */
  readonly speed?: number
}

/** What a trace is played with. */
export interface TraceSettings {
  /** In the order in which they are asked to grow. */
  readonly pools: readonly TracePool[]
  readonly intervalMs: number
  /** Of all chance: boot times, names, and which of equal agents gets a task. */
  readonly seed: number
  /** Without it: as the program has it by default. */
  readonly caution?: Caution
  /** Of all pools together. Without it: unlimited. */
  readonly fleet?: FleetPolicy
}

export const usualCaution: Caution = {
  graceAfterRestartMs: 300_000,
  longestPipelineMs: 7_200_000,
  listLagMs: 120_000,
  poweredOffMs: 20_000,
}
