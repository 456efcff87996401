import type { PlanInput } from '../plan/plan-input.ts'
import type { OutsideError } from '../ports/errors.ts'
import type { Agent } from './agent.ts'
import type { Spent } from './memory.ts'
import type { Action, Plan } from './plan.ts'
import type { Snapshot } from './snapshot.ts'

/** One pass of the loop: what was seen, and what was decided. */
export interface TickReport {
  readonly tick: number
  readonly snapshot: Snapshot
  /** All that the plan was made from. */
  readonly input: PlanInput
  readonly plan: Plan
  /** What all machines have cost so far. */
  readonly spent: Spent
  readonly tookMs: number
}

/** One machine type in one place that could not be created. */
export interface OfferingRefusal {
  readonly offering: string
  readonly kind: OutsideError['kind']
  /** The error's message, with the cloud's own words. */
  readonly why: string
}

/** What came of an action. */
export interface Outcome {
  readonly action: Action
  /** The agent's and machine's name: of a launch it is known only now. */
  readonly name: string
  readonly at: number
  readonly tookMs: number
  readonly result: 'done' | 'refused' | 'failed'
  /** Why it was refused or failed. */
  readonly detail?: string
  readonly error?: OutsideError
  /** Of one that failed: which side it was. Without it: the cloud. */
  readonly failedAt?: 'server' | 'cloud'
  /** Of a launch or terminate that failed: there is no record of it (any more). */
  readonly recordDeleted?: boolean
  /** Of a launch: the offering that it got, and those that were refused before it. */
  readonly offering?: string
  readonly refusals?: readonly OfferingRefusal[]
  /** Of a machine that never connected, or fell silent: the end of its console, where the cloud has it. */
  readonly consoleTail?: string
  /** Of a launch: `PoolPolicy.configuration` that the machine was made from. */
  readonly configuration?: string
  /** Of a cordon that was done: the record as the server wrote it. */
  readonly agent?: Agent
}
