import type { Labels } from './labels.ts'

/** The CI server's own id of an agent's record. */
export type AgentId = string

/**
 * The CI server's record of a worker. Every time in it is by the **server's** clock: compare it with
 * `AgentsReading.serverNowAt`, never with our own.
 */
export interface Agent {
  readonly id: AgentId
  readonly name: string
  readonly createdAt: number
  /** When the record was last written on request, as the server says. */
  readonly updatedAt: number
  /** Last heartbeat; `undefined`: never registered. */
  readonly lastContactAt: number | undefined
  /** Last sign of work; it may lag behind by as much as the server says in `CiServer.workStampLagMs`. */
  readonly lastWorkAt: number | undefined
  /** Gets no new task; what it runs goes on. */
  readonly cordoned: boolean
  /** Tasks that it takes at a time; 0 until it has registered. */
  readonly capacity: number
  /** All labels that the server matches tasks with; `undefined` until it has registered. */
  readonly labels: Labels | undefined
  readonly version: string
  /** Nobody created its record: the agent did, with a secret that agents share, under its host name. */
  readonly registeredItself: boolean
}
