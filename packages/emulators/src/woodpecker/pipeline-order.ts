/** A workflow to be run, as a test or demo orders it. */
export interface WorkflowOrder {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  /** How long its agent works on it; 1 s without it. */
  readonly durationMs?: number
  readonly outcome?: 'success' | 'failure'
  /** Names of workflows of the same pipeline. */
  readonly dependsOn?: readonly string[]
  readonly runOn?: readonly ('success' | 'failure')[]
  /** At most `limit` of the repository's workflows with this group run at once. */
  readonly concurrency?: { readonly group: string; readonly limit: number }
}

export interface PipelineOrder {
  /** `owner/name`; made (public) if it is not there. */
  readonly repo: string
  readonly workflows: readonly WorkflowOrder[]
  /** A `push` cancels what is left of an earlier push to the same branch. Without it `manual`. */
  readonly event?: 'manual' | 'push' | 'pull_request'
  readonly branch?: string
}

export interface RepoOrder {
  /** `owner/name`. */
  readonly name: string
  readonly visibility?: 'public' | 'private'
  /** Logins that see it while it is private; the admin's, if not said. */
  readonly members?: readonly string[]
}
