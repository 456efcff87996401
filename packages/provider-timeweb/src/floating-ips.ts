import { asOutsideError, type CallOptions, type Clock, type PoolId } from '@woodpeckers/autoscaler-core'
import type { TimewebApi } from './api/timeweb-api.ts'
import type { WireFloatingIp, WireServer } from './api/wire.ts'
import { agentOf, markOf } from './marks.ts'

/** How often leftovers are looked for that this process does not know of. */
const LOOK_EVERY_MS = 600_000

/**
 * Public addresses of servers outlive them, and are billed on. So an address is marked with its agent's name
 * before its server is deleted: what carries our mark and belongs to no server is a leftover, whoever
 * crashed in between.
 */
export class FloatingIps {
  readonly #api: TimewebApi
  readonly #clock: Clock
  readonly #pool: PoolId
  /** Agents whose addresses are left over. */
  #leftovers: Set<string> = new Set()
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(api: TimewebApi, clock: Clock, pool: PoolId) {
    this.#api = api
    this.#clock = clock
    this.#pool = pool
  }

  /** Marks the addresses of servers that are about to be deleted, and answers their ids. */
  async mark(agent: string, servers: readonly WireServer[], call: CallOptions): Promise<readonly string[]> {
    const told = servers.flatMap(addressIds)
    // A server that is just being made, or an older one, does not tell them.
    const missing = servers.some((server) => addressIds(server).length === 0)
    const all = missing ? await this.#visible(call) : []
    const bound = all.filter((ip) => servers.some((server) => isOf(ip, server))).map(({ id }) => id)
    const marked = new Set(all.filter((ip) => agentOf(ip, this.#pool) === agent).map(({ id }) => id))
    const ids = [...new Set([...told, ...bound])]
    for (const id of ids) {
      if (!marked.has(id)) await this.#markOne(id, agent, call)
    }
    return ids
  }

  /** Ends addresses whose server is gone; what fails is a leftover. */
  async end(agent: string, ids: readonly string[], call: CallOptions): Promise<void> {
    try {
      for (const id of ids) await this.#api.deleteFloatingIp(id, call)
      this.#leftovers.delete(agent)
    } catch (error) {
      this.#leftovers.add(agent)
      throw error
    }
  }

  /** Ends what an agent without a server has left over. */
  async endLeftovers(agent: string, call: CallOptions): Promise<void> {
    const all = await this.#api.floatingIps(call)
    const left = all.filter((ip) => isUnbound(ip) && agentOf(ip, this.#pool) === agent)
    await this.end(
      agent,
      left.map(({ id }) => id),
      call,
    )
  }

  /** Agents that have left addresses over: looked for at the first call, and now and then. */
  async leftovers(call: CallOptions): Promise<ReadonlySet<string>> {
    const now = this.#clock.now()
    if (now - this.#lookedAt >= LOOK_EVERY_MS) {
      const all = await this.#visible(call)
      this.#lookedAt = now
      for (const ip of all) {
        const agent = isUnbound(ip) ? agentOf(ip, this.#pool) : undefined
        if (agent !== undefined) this.#leftovers.add(agent)
      }
    }
    return this.#leftovers
  }

  /** None for a token that may not see them: its servers must end all the same. */
  async #visible(call: CallOptions): Promise<readonly WireFloatingIp[]> {
    try {
      return await this.#api.floatingIps(call)
    } catch (thrown) {
      if (asOutsideError(thrown).kind !== 'auth') throw thrown
      return []
    }
  }

  /** Only a help for after a crash: a token that may not write comments still ends the server. */
  async #markOne(id: string, agent: string, call: CallOptions): Promise<void> {
    try {
      await this.#api.commentFloatingIp(id, markOf(this.#pool, agent), call)
    } catch (thrown) {
      const { kind } = asOutsideError(thrown)
      if (kind !== 'auth' && kind !== 'rejected') throw thrown
    }
  }
}

function addressIds({ networks }: WireServer): readonly string[] {
  return (networks ?? []).flatMap(({ ips }) => (ips ?? []).flatMap(({ id }) => id ?? []))
}

function isOf({ resource_type, resource_id }: WireFloatingIp, server: WireServer): boolean {
  return resource_type === 'server' && String(resource_id) === String(server.id)
}

function isUnbound({ resource_id }: WireFloatingIp): boolean {
  return resource_id === null || resource_id === undefined
}
