/** Durations of the real server, measured or from its source; a test may change each. */
export interface ServerTiming {
  /** Between two passes of the scheduler. */
  readonly passMs: number
  /** How long a task stays with an agent that does not extend it. */
  readonly leaseMs: number
  /** `last_work` is written at most once in this time. */
  readonly workStampMs: number
  /** From a pipeline's making to its frame `created`, `pending`, and to its tasks in the queue. */
  readonly createdFrameMs: number
  readonly pendingFrameMs: number
  readonly queuedMs: number
  /** How long a look into the database takes, between a task's change of hands here and there. */
  readonly databaseMs: number
  /** Between the eviction of idle pollers and the write of the row, in a PATCH. */
  readonly patchGapMs: number
  /** Between the read of an agent's row and its write, while the server asks the forge. */
  readonly forgeMs: number
  /** How long a polite stop takes while an agent is connected. */
  readonly gracefulStopMs: number
  /** Quiet before a `: ping` in the event stream. */
  readonly pingMs: number
}

export const realTiming: ServerTiming = {
  passMs: 100,
  leaseMs: 60_000,
  workStampMs: 60_000,
  createdFrameMs: 11,
  pendingFrameMs: 13,
  queuedMs: 17,
  databaseMs: 5,
  patchGapMs: 0,
  forgeMs: 0,
  gracefulStopMs: 31_000,
  pingMs: 30_000,
}

export interface User {
  readonly id: number
  readonly login: string
  readonly token: string
  readonly admin: boolean
  /** Names of organisations, besides the user's own. */
  readonly orgAdminOf?: readonly string[]
}

export interface ServerSettings {
  readonly version: string
  /** Shared by agents that make their own record. */
  readonly agentSecret: string
  readonly users: readonly User[]
  /** WOODPECKER_DISABLE_USER_AGENT_REGISTRATION: organisations have no agents, and their paths are not there. */
  readonly disableUserAgentRegistration: boolean
  /** For workflows that have no labels of their own. */
  readonly defaultWorkflowLabels: Readonly<Record<string, string>>
  readonly timing: ServerTiming
}

export const adminToken = 'admin-token'

export const defaultSettings: ServerSettings = {
  version: '3.17.0',
  agentSecret: 'shared-secret',
  users: [
    { id: 1, login: 'admin', token: adminToken, admin: true },
    { id: 2, login: 'dev', token: 'dev-token', admin: false },
  ],
  disableUserAgentRegistration: false,
  defaultWorkflowLabels: {},
  timing: realTiming,
}
