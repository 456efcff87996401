import type { Labels } from '../model/labels.ts'
import type { Hold, MemberState } from '../model/plan.ts'
import type { PoolId } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import type { LabelInTheWay } from '../plan/obstacles.ts'

/** Why a task waits, or who runs it. Plain data, which survives JSON. */
export interface Explanation {
  readonly task: {
    readonly id: string
    readonly title: string
    readonly state: Task['state']
    readonly labels: Labels
    /** Since when this process has seen that an agent could start it. */
    readonly waitingSinceAt?: number
  }
  /** One of few words: a fate, or the cause of a hold. */
  readonly because: string
  /** The whole answer in one sentence. */
  readonly sentence: string
  readonly pools: readonly PoolAnswer[]
  /** Agents that are there now, those first that could take it. */
  readonly agents: readonly AgentAnswer[]
  /** Machines that come up and could take it, the one that was launched for it first. */
  readonly booting: readonly BootingAnswer[]
  /** What stands in the way of the pools that could take it, and of all. */
  readonly holds: readonly Hold[]
}

export interface PoolAnswer {
  readonly pool: PoolId
  readonly obstacle?: LabelInTheWay
}

export interface AgentAnswer {
  readonly name: string
  readonly pool?: PoolId
  readonly obstacle?: LabelInTheWay
  readonly state?: MemberState
  /** Why it does not take the task now although its labels fit; without it: it may. */
  readonly why?: string
}

export interface BootingAnswer {
  readonly name: string
  readonly pool: PoolId
  readonly sinceAt: number
  /** What half of the pool's latest boots took, at most; without it: none was seen yet. */
  readonly usuallyMs?: number
  readonly isForThis: boolean
  /** As of `MemberView`. */
  readonly notStarted?: string
}
