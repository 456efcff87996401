import type { CallOptions, Clock } from '@woodpeckers/autoscaler-core'
import type { TimewebApi } from './api/timeweb-api.ts'
import type { WireServer } from './api/wire.ts'

type Servers = readonly WireServer[]

/** The servers of the account, listed no more often than the pool needs it: calls are scarce here. */
export class ServerList {
  readonly #api: TimewebApi
  readonly #clock: Clock
  readonly #onListed: (servers: Servers) => void
  /** As this pool asked for it: what another pool has seen may be of before this one's time. */
  #latest: { readonly askedAt: number; readonly servers: Servers } | undefined

  constructor(api: TimewebApi, clock: Clock, onListed: (servers: Servers) => void) {
    this.#api = api
    this.#clock = clock
    this.#onListed = onListed
  }

  /** Asked for after this call: what happened before it shows, but for the cloud's own lag. */
  async fresh(call: CallOptions): Promise<Servers> {
    const askedAt = this.#clock.monotonic()
    const servers = await this.#api.servers(call)
    this.#latest = { askedAt, servers }
    this.#onListed(servers)
    return servers
  }

  /** The latest list, if it is no older than so long; else a fresh one. */
  async notOlderThan(ageMs: number, call: CallOptions): Promise<Servers> {
    const latest = this.#latest
    return latest && this.#clock.monotonic() - latest.askedAt <= ageMs ? latest.servers : this.fresh(call)
  }
}
