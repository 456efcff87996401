import type { CallOptions, Clock } from '@woodpeckers/autoscaler-core'
import type { TimewebApi } from './api/timeweb-api.ts'
import type { WireServer } from './api/wire.ts'

type Servers = readonly WireServer[]

/** The servers of the account, listed no more often than somebody needs it: calls are scarce here. */
export class ServerList {
  readonly #api: TimewebApi
  readonly #clock: Clock
  readonly #onListed: (servers: Servers) => void
  #latest: { readonly askedAt: number; readonly servers: Servers } | undefined
  #underWay: Promise<Servers> | undefined
  /** The one that begins when the one under way has ended: whoever asks meanwhile shares it. */
  #next: Promise<Servers> | undefined

  constructor(api: TimewebApi, clock: Clock, onListed: (servers: Servers) => void) {
    this.#api = api
    this.#clock = clock
    this.#onListed = onListed
  }

  /** Asked for after this call: what happened before it shows, but for the cloud's own lag. */
  async fresh(call: CallOptions): Promise<Servers> {
    if (!this.#underWay) return this.#read(call)
    this.#next ??= this.#underWay
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        return this.#read(call)
      })
    try {
      return await this.#next
    } catch {
      // Perhaps it was only the deadline, or the signal, of whoever asked first.
      call.signal.throwIfAborted()
      return this.#read(call)
    }
  }

  /** The latest list, if it is no older than so long; else a fresh one. */
  async notOlderThan(ageMs: number, call: CallOptions): Promise<Servers> {
    const latest = this.#latest
    return latest && this.#clock.now() - latest.askedAt <= ageMs ? latest.servers : this.fresh(call)
  }

  async #read(call: CallOptions): Promise<Servers> {
    const askedAt = this.#clock.now()
    const underWay = this.#api.servers(call)
    this.#underWay = underWay
    try {
      const servers = await underWay
      this.#latest = { askedAt, servers }
      this.#onListed(servers)
      return servers
    } finally {
      if (this.#underWay === underWay) this.#underWay = undefined
    }
  }
}
