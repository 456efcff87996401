/** What the emulated server keeps in its database: it survives a restart. Times are unix seconds, as on the wire. */

export interface AgentRow {
  id: number
  created: number
  updated: number
  name: string
  /** -1: registered with the shared secret. */
  owner_id: number
  token: string
  last_contact: number
  last_work: number
  platform: string
  backend: string
  capacity: number
  version: string
  no_schedule: boolean
  custom_labels: Readonly<Record<string, string>> | null
  /** -1: of no organisation, that is of all. */
  org_id: number
}

export interface RepoRow {
  id: number
  owner: string
  name: string
  orgId: number
  visibility: 'public' | 'private'
  /** Logins that see a private one. */
  members: readonly string[]
  lastPipelineNumber: number
}

export type WorkflowState = 'pending' | 'running' | 'success' | 'failure' | 'killed' | 'skipped' | 'canceled'

export type PipelineStatus = WorkflowState | 'created'

export interface WorkflowRow {
  readonly id: number
  readonly pipelineId: number
  readonly pid: number
  readonly name: string
  state: WorkflowState
  started: number
  finished: number
  /** 0 until an agent has begun it. */
  agentId: number
  readonly durationMs: number
  readonly outcome: 'success' | 'failure'
}

export interface PipelineRow {
  readonly id: number
  readonly repoId: number
  readonly number: number
  readonly event: string
  readonly branch: string
  readonly commit: string
  status: PipelineStatus
  readonly created: number
  updated: number
  started: number
  finished: number
  readonly workflows: WorkflowRow[]
}

/** A task as it was queued, before anything was decided about it. Its id is the workflow's. */
export interface TaskRow {
  readonly id: string
  readonly pid: number
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly dependencies: readonly string[]
  readonly runOn: readonly ('success' | 'failure')[]
  readonly pipelineId: number
  readonly repoId: number
  readonly concurrencyLimit: number
  readonly concurrencyGroup: string
  readonly created: number
}
