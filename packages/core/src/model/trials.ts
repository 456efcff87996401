import type { Labels } from './labels.ts'
import type { PoolId } from './pool.ts'

/**
 * What launches have shown of a pool: with which labels and slots its agents register, and which tasks they leave alone.
 * A process that is to go on with it after a restart keeps it.
 */
export interface Trials {
  /** Machines that this process, or the one before it, has launched, by name, while there is anything of them. */
  readonly launched: ReadonlyMap<string, Launched>
  /** The latest registrations of agents on them, oldest first. */
  readonly registered: readonly Registered[]
  /** By `leftAloneKey`. */
  readonly leftAlone: ReadonlyMap<string, LeftAlone>
}

/** Why a machine exists, and what it was made from. */
export interface Launched {
  readonly pool: PoolId
  /** `PoolPolicy.configuration` at its launch. */
  readonly configuration: string
  /** `undefined`: unknown. */
  readonly machineType: string | undefined
  /** When the call that created it ended. */
  readonly at: number
  /** The task that it was launched for, and the class of that task in its pool (see `taskClassOf`). */
  readonly taskId?: string
  readonly taskClass?: string
  readonly hasRegistered: boolean
}

/** What an agent registered with, on a machine that was launched. */
export interface Registered {
  readonly name: string
  readonly pool: PoolId
  readonly configuration: string
  readonly machineType: string | undefined
  readonly launchedAt: number
  /** By our clock: the first snapshot that showed it so. */
  readonly at: number
  /** Without those that are the agent's own, such as its host name. */
  readonly labels: Labels
  readonly slots: number
}

/** Agents that were launched for a class of tasks, were free for long, and did not take any of them. */
export interface LeftAlone {
  readonly pool: PoolId
  readonly taskClass: string
  /** Oldest first. */
  readonly by: readonly { readonly name: string; readonly launchedAt: number; readonly at: number }[]
}

export const noTrials: Trials = { launched: new Map(), registered: [], leftAlone: new Map() }

export function leftAloneKey(pool: PoolId, taskClass: string): string {
  return `${pool} ${taskClass}`
}
