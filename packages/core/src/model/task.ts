import type { AgentId } from './agent.ts'
import type { Labels } from './labels.ts'

/** A workflow in the CI server's queue. */
export interface Task {
  readonly id: string
  readonly name: string
  /** Where people find it, for example `acme/app#12 build`. */
  readonly title: string
  readonly labels: Labels
  /**
   * `pending`: an agent may take it (once its concurrency group has room); `waiting`: on other tasks;
   * `running`: an agent has it.
   */
  readonly state: 'pending' | 'waiting' | 'running'
  /** The agent that has it, or, while `pending`, the one that lost it: such a task was given out before. */
  readonly agentId?: AgentId
  /** Ids of the tasks that it waits for. */
  readonly dependencies: readonly string[]
  /** At most `limit` tasks of one `group` run at a time. */
  readonly concurrency?: { readonly group: string; readonly limit: number }
  /** When it was asked for, by the server's clock. */
  readonly createdAt: number
}
