import type { Agent, AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Clock } from '../ports/clock.ts'

/** An agent's record, and what its process will register with. */
export interface AgentRecord {
  agent: Agent
  readonly slots: number
  readonly labels: Labels
}

/** The fake server's table of agents, with times by the server's own clock, as coarse as the server's. */
export class FakeRecords {
  readonly #clock: Clock
  readonly #skewMs: number
  readonly #resolutionMs: number
  readonly #byId = new Map<AgentId, AgentRecord>()
  #made = 0

  constructor(clock: Clock, skewMs: number, resolutionMs: number) {
    this.#clock = clock
    this.#skewMs = skewMs
    this.#resolutionMs = resolutionMs
  }

  /** The server's clock. */
  now(): number {
    const now = this.#clock.now() + this.#skewMs
    return now - (now % this.#resolutionMs)
  }

  all(): readonly Agent[] {
    return [...this.#byId.values()].map(({ agent }) => agent)
  }

  find(id: AgentId): AgentRecord | undefined {
    return this.#byId.get(id)
  }

  named(name: string): AgentRecord | undefined {
    return [...this.#byId.values()].find(({ agent }) => agent.name === name)
  }

  make(name: string, slots: number, labels: Labels): AgentRecord {
    const now = this.now()
    const agent: Agent = {
      id: String(++this.#made),
      name,
      createdAt: now,
      updatedAt: now,
      lastContactAt: undefined,
      lastWorkAt: undefined,
      cordoned: false,
      capacity: 0,
      labels: undefined,
      version: '',
      registeredItself: false,
    }
    const record = { agent, slots, labels }
    this.#byId.set(agent.id, record)
    return record
  }

  /** Writes some of its fields; `undefined`: there is no such record. */
  write(id: AgentId, fields: Partial<Agent>): Agent | undefined {
    const record = this.#byId.get(id)
    if (!record) return undefined
    record.agent = { ...record.agent, ...fields }
    return record.agent
  }

  delete(id: AgentId): boolean {
    return this.#byId.delete(id)
  }
}
