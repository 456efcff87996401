import { type Clock, type Random, sleep } from '@woodpeckers/autoscaler-core'
import type { Database } from './database.ts'
import type { Queue } from './queue.ts'
import { Refusal } from './refusal.ts'
import type { AgentRow } from './rows.ts'
import type { ServerSettings } from './settings.ts'
import { agentToken } from './tokens.ts'
import { unixSeconds } from './unix-seconds.ts'

/** What a client may set; whatever else it sends is ignored. */
export interface AgentFields {
  readonly name: string
  readonly no_schedule: boolean
}

interface Parts {
  readonly clock: Clock
  readonly random: Random
  readonly database: Database
  readonly settings: ServerSettings
  queue(): Queue | undefined
}

/** The agents' records, as the HTTP API reads and writes them. */
export class AgentRecords {
  /** Called in a PATCH between the eviction of idle pollers and the write of the row: a poll made here stays. */
  betweenEvictionAndWrite: ((agentId: number) => void) | undefined
  readonly #spared: Map<number, number> = new Map()
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** By id, as the lists show them. */
  list(orgId?: number): AgentRow[] {
    const rows = [...this.#parts.database.agents.values()]
    return orgId === undefined ? rows : rows.filter((row) => row.org_id === orgId)
  }

  get(id: number): AgentRow {
    const row = this.#parts.database.agents.get(id)
    if (!row) throw new Refusal(404)
    return row
  }

  /** Names need not be unique. */
  create(fields: AgentFields, ownerId: number, orgId = -1): AgentRow {
    return this.add({ ...fields, owner_id: ownerId, org_id: orgId, token: agentToken(this.#parts.random) })
  }

  add(fields: AgentFields & Pick<AgentRow, 'owner_id' | 'org_id' | 'token'>): AgentRow {
    const { clock, database } = this.#parts
    const now = unixSeconds(clock)
    const row: AgentRow = {
      id: database.nextId('agent'),
      created: now,
      updated: now,
      last_contact: 0,
      last_work: 0,
      platform: '',
      backend: '',
      capacity: 0,
      version: '',
      custom_labels: null,
      ...fields,
    }
    database.agents.set(row.id, row)
    database.changed()
    return row
  }

  /** The next PATCH of this agent overlooks so many of its idle pollers, as if they had slipped past. */
  spareNextEviction(agentId: number, pollers = 1): void {
    this.#spared.set(agentId, pollers)
  }

  /** Not partial: name and `no_schedule` are both overwritten. Idle pollers are sent away first. */
  async patch(id: number, fields: AgentFields): Promise<AgentRow> {
    const { clock, settings } = this.#parts
    const asRead = { ...this.get(id) }
    if (fields.no_schedule) {
      this.#parts.queue()?.kick(id, this.#spared.get(id) ?? 0)
      this.#spared.delete(id)
      this.betweenEvictionAndWrite?.(id)
      if (settings.timing.patchGapMs > 0) await sleep(clock, settings.timing.patchGapMs)
    }
    const row = this.get(id)
    // The whole row is written as it was read: what came in between, a registration too, is undone.
    Object.assign(row, asRead, { name: fields.name, no_schedule: fields.no_schedule })
    this.touch(row)
    return row
  }

  /** Refused while the queue (not the database) knows a running task of it. Its process goes on asking. */
  delete(id: number): void {
    const { database } = this.#parts
    const queue = this.#parts.queue()
    this.get(id)
    const busy = queue?.running.values().some(({ task }) => task.agentId === id)
    if (busy) throw new Refusal(409, 'Agent has running tasks')
    queue?.kick(id)
    database.agents.delete(id)
    database.changed()
  }

  touch(row: AgentRow): void {
    row.updated = unixSeconds(this.#parts.clock)
    this.#parts.database.changed()
  }
}
