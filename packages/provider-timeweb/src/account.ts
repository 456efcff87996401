import type { Clock, Log, PoolId } from '@woodpeckers/autoscaler-core'
import type { TimewebApi } from './api/timeweb-api.ts'
import type { WireServer } from './api/wire.ts'
import { type AddressSettings, FloatingIps } from './floating-ips.ts'
import { agentOf } from './marks.ts'
import { Orders } from './orders.ts'
import type { OwnServer } from './own-server.ts'
import { ServerList } from './server-list.ts'

/** What of the account is the pool's, and what this process knows of it. */
export class Account {
  readonly api: TimewebApi
  readonly clock: Clock
  readonly log: Log
  readonly pool: PoolId
  readonly orders: Orders
  readonly list: ServerList
  readonly floatingIps: FloatingIps
  #renamed: ReadonlySet<number> = new Set()

  constructor(api: TimewebApi, clock: Clock, log: Log, pool: PoolId, addresses: AddressSettings) {
    this.api = api
    this.clock = clock
    this.log = log
    this.pool = pool
    this.orders = new Orders(clock)
    this.floatingIps = new FloatingIps(api, clock, log, pool, addresses)
    this.list = new ServerList(api, clock, (servers) => this.#noteRenamed(this.own(servers)))
  }

  /** Those with our mark: the name alone is none. */
  own(servers: readonly WireServer[]): readonly OwnServer[] {
    return servers.flatMap((server) => {
      const agent = isGone(server) ? undefined : agentOf(server, this.pool)
      return agent === undefined ? [] : [{ agent, server }]
    })
  }

  #noteRenamed(own: readonly OwnServer[]): void {
    const renamed = own.filter(({ agent, server }) => server.name !== agent)
    for (const { agent, server } of renamed) {
      if (this.#renamed.has(server.id)) continue
      this.log.warn(
        { pool: this.pool, machine: agent, now: server.name },
        'A server was renamed: it stays the pool’s, by its comment; clear the comment to keep it for yourself',
      )
    }
    this.#renamed = new Set(renamed.map(({ server }) => server.id))
  }
}

/** What is in quarantine is not ours to end again. */
function isGone({ status }: WireServer): boolean {
  return status === 'removed' || status.includes('quarantine')
}
