/** How an agent is set up: Woodpecker's own settings, and what may go wrong with it. */
export interface AgentSettings {
  readonly hostname: string
  readonly maxWorkflows: number
  /** WOODPECKER_AGENT_LABELS. */
  readonly labels: Readonly<Record<string, string>>
  readonly platform: string
  readonly backend: string
  readonly version: string
  /** How long after a call began it may still be tried again; 0 = for ever. The default is the real one's. */
  readonly retryTimeoutMs: number
  /** Exits after one workflow. */
  readonly singleWorkflow: boolean
  /** Registered with the shared secret and no config file: its record goes with it at SIGTERM. */
  readonly forgetful: boolean
  /** Is online, with heartbeats, but asks for no work. */
  readonly deaf: boolean
  readonly timing: AgentTiming
}

export interface AgentTiming {
  /** From the start of the process to its registration. */
  readonly startMs: number
  readonly heartbeatMs: number
  readonly extendMs: number
  /** After a refused poll. */
  readonly retryPollMs: number
  /** From taking a workflow to its beginning, and from its end to the next poll. */
  readonly setUpMs: number
  readonly tearDownMs: number
  /** From a job's cancellation to its end. */
  readonly cancelMs: number
  /** From SIGTERM to the end of the process. */
  readonly exitMs: number
}

export const realAgentTiming: AgentTiming = {
  startMs: 35,
  heartbeatMs: 10_000,
  // A third of the lease.
  extendMs: 20_000,
  retryPollMs: 5_000,
  setUpMs: 10,
  tearDownMs: 5,
  cancelMs: 20,
  exitMs: 35,
}

export const defaultAgentSettings: AgentSettings = {
  hostname: 'agent',
  maxWorkflows: 1,
  labels: {},
  platform: 'linux/amd64',
  backend: 'docker',
  version: '3.17.0',
  retryTimeoutMs: 120_000,
  singleWorkflow: false,
  forgetful: false,
  deaf: false,
  timing: realAgentTiming,
}
