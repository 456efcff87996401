import type { AgentRow, PipelineRow, RepoRow, TaskRow, WorkflowRow } from './rows.ts'

/** Everything in the database as plain data, for a file. */
export interface DatabaseDump {
  readonly lastIds: Readonly<Record<Sequence, number>>
  readonly agents: readonly AgentRow[]
  readonly repos: readonly RepoRow[]
  readonly pipelines: readonly PipelineRow[]
  readonly tasks: readonly TaskRow[]
}

type Sequence = 'agent' | 'repo' | 'pipeline' | 'workflow'

/** The part of the server that survives a restart. Whoever changes a row calls `changed` afterwards. */
export class Database {
  readonly agents: Map<number, AgentRow> = new Map()
  readonly repos: Map<number, RepoRow> = new Map()
  readonly pipelines: Map<number, PipelineRow> = new Map()
  readonly workflows: Map<number, WorkflowRow> = new Map()
  /** Tasks that no agent has been given yet: what is queued again after a restart. */
  readonly tasks: Map<string, TaskRow> = new Map()
  readonly #lastIds: Record<Sequence, number> = { agent: 0, repo: 0, pipeline: 0, workflow: 0 }
  readonly #onChange: (database: Database) => void
  /** Where a token was found last: each heartbeat asks. */
  readonly #idsByToken: Map<string, number> = new Map()

  /** `onChange` is called after each change, before anybody hears of it: a place to write the file. */
  constructor(dump?: DatabaseDump, onChange: (database: Database) => void = () => {}) {
    this.#onChange = onChange
    if (dump) this.#load(dump)
  }

  /** Everything is as it was when the dump was made: ids that were given since are given again. */
  restore(dump: DatabaseDump): void {
    for (const rows of [this.agents, this.repos, this.tasks, this.pipelines, this.workflows]) rows.clear()
    this.#load(structuredClone(dump))
    this.changed()
  }

  #load(dump: DatabaseDump): void {
    Object.assign(this.#lastIds, dump.lastIds)
    for (const row of dump.agents) this.agents.set(row.id, row)
    for (const row of dump.repos) this.repos.set(row.id, row)
    for (const row of dump.tasks) this.tasks.set(row.id, row)
    for (const row of dump.pipelines) this.addPipeline(row)
  }

  nextId(sequence: Sequence): number {
    return ++this.#lastIds[sequence]
  }

  agentByToken(token: string): AgentRow | undefined {
    const known = this.agents.get(this.#idsByToken.get(token) ?? 0)
    if (known?.token === token) return known
    const found = this.agents.values().find((agent) => agent.token === token)
    if (found) this.#idsByToken.set(token, found.id)
    else this.#idsByToken.delete(token)
    return found
  }

  addPipeline(pipeline: PipelineRow): void {
    this.pipelines.set(pipeline.id, pipeline)
    for (const workflow of pipeline.workflows) this.workflows.set(workflow.id, workflow)
  }

  /** Removes a repository with its pipelines; its queued tasks stay, as in the real server. */
  removeRepo(repoId: number): void {
    this.repos.delete(repoId)
    for (const pipeline of this.pipelines.values()) {
      if (pipeline.repoId !== repoId) continue
      this.pipelines.delete(pipeline.id)
      for (const workflow of pipeline.workflows) this.workflows.delete(workflow.id)
    }
    this.changed()
  }

  changed(): void {
    this.#onChange(this)
  }

  dump(): DatabaseDump {
    return {
      lastIds: { ...this.#lastIds },
      agents: [...this.agents.values()],
      repos: [...this.repos.values()],
      pipelines: [...this.pipelines.values()],
      tasks: [...this.tasks.values()],
    }
  }
}
