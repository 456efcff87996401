import type { Explanation, Hold, MemberState, Money, PoolId } from '@woodpeckers/autoscaler-core'

/** All that is so now, as `/api/v1/status` answers it and the page shows it: plain data, times in epoch milliseconds. */
export interface StatusView {
  /** Of this shape: it rises when a reader of the one before would be wrong. */
  readonly version: 1
  /** When the snapshot was taken, and by which tick. */
  readonly at: number
  readonly tick: number
  readonly startedAt: number
  /** How long reading and deciding took. */
  readonly tookMs: number
  readonly verdict: Verdict
  /** Without it: the queue cannot be read. */
  readonly queue?: { readonly pending: number; readonly running: number; readonly waiting: number }
  readonly pools: readonly PoolStatus[]
  readonly holds: readonly Hold[]
  /** Those that wait first, the oldest of them first; no more than `TASKS_SHOWN`. */
  readonly tasks: readonly TaskStatus[]
  readonly moreTasks: number
  readonly cost: CostStatus
  readonly orders: OrdersStatus
}

export interface Verdict {
  /** `good`: nothing to do; `attention`: it works, and somebody should look; `trouble`: something does not work. */
  readonly level: 'good' | 'attention' | 'trouble'
  /** Is all well? In one sentence. */
  readonly sentence: string
}

export interface PoolStatus {
  readonly id: PoolId
  readonly min: number
  readonly max: number
  readonly demand: number
  readonly busySlots: number
  readonly freeSlots: number
  readonly bootingSlots: number
  readonly isPaused: boolean
  readonly isDraining: boolean
  /** By currency. */
  readonly hourlyCost: readonly Money[]
  readonly costToday: readonly Money[]
  readonly machines: readonly MachineStatus[]
  /** It cannot be seen whole now: its machines and slots are those of then. */
  readonly asOf?: number
}

export interface MachineStatus {
  readonly name: string
  readonly state: MemberState
  readonly sinceAt?: number
  readonly running: number
  readonly capacity: number
  /** What it runs. */
  readonly tasks: readonly { readonly id: string; readonly title: string }[]
  readonly offering?: string
  readonly hourlyPrice?: Money
  /** Since it was made, as far as this process has seen; without it: its price is not known. */
  readonly cost?: Money
  /** Made by hand: its id. */
  readonly standing?: string
  readonly order?: 'drain' | 'replace' | 'protect'
  /** Why it is being drained or terminated. */
  readonly leaves?: string
  /** What keeps it as it is. */
  readonly hold?: string
}

export interface TaskStatus {
  readonly id: string
  readonly title: string
  readonly state: 'pending' | 'waiting' | 'running'
  readonly labels: Readonly<Record<string, string>>
  /** Of one that waits: since when this process has seen it pending. */
  readonly sinceAt?: number
  /** Of one that runs: on which agent. */
  readonly agent?: string
  /** Of one that waits: `Explanation.because` and `Explanation.sentence`. */
  readonly because?: Explanation['because']
  readonly reason?: string
}

export interface CostStatus {
  readonly hourly: readonly Money[]
  readonly today: readonly Money[]
  /** Until midnight (UTC), if it went on as it does now. */
  readonly projectedToday: readonly Money[]
  /** What machines cost today while they had no work: booting, idle, draining. */
  readonly idleToday: readonly Money[]
}

/** `Orders`, as plain data. */
export interface OrdersStatus {
  readonly paused: 'all' | readonly PoolId[]
  readonly drainedPools: readonly PoolId[]
  readonly drained: readonly string[]
  readonly replaced: readonly string[]
  readonly protected: readonly string[]
}
