import {
  asOutsideError,
  type CallOptions,
  type Clock,
  type Log,
  type PoolId,
} from '@woodpeckers/autoscaler-core'
import { addressToMark, hasNoComment, idsToldBy, isBoundTo, isUnbound } from './address-owner.ts'
import type { TimewebApi } from './api/timeweb-api.ts'
import type { WireFloatingIp, WireServer } from './api/wire.ts'
import { agentOf, markOf } from './marks.ts'
import type { OwnServer } from './own-server.ts'

/** How often leftovers are searched for that this process does not know of. */
const LOOK_EVERY_MS = 600_000
/** While an address has no mark yet, or a server has just disappeared. */
const LOOK_SOON_MS = 20_000
const HASTY_FOR_MS = 900_000
/** Until then the engine settles the record of a server that disappeared; its address is no machine to wait for. */
const LEFT_FOR_MS = 300_000
/** The address of a new server shows up without it for a moment; what is alone for longer is nobody's. */
const UNCLAIMED_FOR_MS = 900_000

export interface AddressSettings {
  /** Whether servers are ordered with an address: else the one that a server has is somebody's own. */
  readonly areOrdered: boolean
  /** Addresses that were reported already, by this pool or another one of the process. */
  readonly reported: Set<string>
}

/**
 * Public addresses of servers outlive them, and are billed on. So each is marked with its agent's name once its server
 * shows it: what carries our mark and belongs to no server is a leftover, whoever deleted the server.
 */
export class FloatingIps {
  readonly #api: TimewebApi
  readonly #clock: Clock
  readonly #log: Log
  readonly #pool: PoolId
  readonly #settings: AddressSettings
  /** Agents whose addresses could not be deleted with their servers. */
  readonly #undeleted: Set<string> = new Set()
  /** Since when an address of an agent without a server was seen. */
  #leftSince: ReadonlyMap<string, number> = new Map()
  /** Addresses with our mark, as this process wrote or read it, by the server they belong to. */
  #markedOf: ReadonlyMap<number, string> = new Map()
  #firstSeenAt: ReadonlyMap<number, number> = new Map()
  #hastyUntil = Number.NEGATIVE_INFINITY
  #lookedAt = Number.NEGATIVE_INFINITY
  /** Orders and deletions were made: what only looks, as `plan` and `doctor` do, writes nothing. */
  #acts = false
  /** Since when each address that nobody claims was seen; at the first look of a process there is nothing to compare with. */
  #unclaimedSince: ReadonlyMap<string, number> | undefined

  constructor(api: TimewebApi, clock: Clock, log: Log, pool: PoolId, settings: AddressSettings) {
    this.#api = api
    this.#clock = clock
    this.#log = log
    this.#pool = pool
    this.#settings = settings
  }

  /** From now on addresses are marked. */
  act(): void {
    this.#acts = true
  }

  /** Marks new addresses, and answers agents without a server that have left addresses over. */
  async observe(own: readonly OwnServer[], call: CallOptions): Promise<ReadonlySet<string>> {
    if (this.#isDue(own)) {
      try {
        await this.#look(own, call)
      } catch (thrown) {
        call.signal.throwIfAborted()
        this.#log.debug({ error: asOutsideError(thrown).message }, 'Public addresses could not be read')
      }
    }
    const now = this.#clock.monotonic()
    const left = [...this.#leftSince].filter(([, since]) => now - since >= LEFT_FOR_MS)
    return new Set([...this.#undeleted, ...left.map(([agent]) => agent)])
  }

  /** Before servers are deleted: marks their addresses, and answers the ids of those that are ours. */
  async mark(agent: string, servers: readonly WireServer[], call: CallOptions): Promise<readonly string[]> {
    this.act()
    if (servers.every((server) => this.#isKnownWhole(server))) {
      return servers.flatMap(({ id }) => this.#markedOf.get(id) ?? [])
    }
    const all = await this.#visible(call)
    // Without a list there is only what the servers themselves show.
    if (!all) return this.#settings.areOrdered ? servers.flatMap(idsToldBy) : []
    const ids = new Set(all.filter((ip) => isUnbound(ip) && this.#agentOf(ip) === agent).map(({ id }) => id))
    for (const server of servers) {
      const id = await this.#markAddressOf({ agent, server }, all, call)
      if (id !== undefined) ids.add(id)
    }
    return [...ids]
  }

  /** Deletes addresses whose server was deleted; what fails is a leftover. */
  async end(agent: string, ids: readonly string[], call: CallOptions): Promise<void> {
    try {
      for (const id of ids) await this.#api.deleteFloatingIp(id, call)
      this.#forget(agent)
    } catch (error) {
      this.#undeleted.add(agent)
      throw error
    }
  }

  /** Deletes what an agent without a server has left over. */
  async endLeftovers(agent: string, call: CallOptions): Promise<void> {
    this.act()
    const all = await this.#api.floatingIps(call)
    const left = all.filter((ip) => isUnbound(ip) && this.#agentOf(ip) === agent)
    await this.end(
      agent,
      left.map(({ id }) => id),
      call,
    )
  }

  #isDue(own: readonly OwnServer[]): boolean {
    const now = this.#clock.monotonic()
    const ids = new Set(own.map(({ server }) => server.id))
    const hasLost = [...this.#firstSeenAt.keys()].some((id) => !ids.has(id))
    if (hasLost) this.#hastyUntil = now + HASTY_FOR_MS
    this.#firstSeenAt = new Map([...ids].map((id) => [id, this.#firstSeenAt.get(id) ?? now]))
    this.#markedOf = new Map([...this.#markedOf].filter(([id]) => ids.has(id)))
    const lacksMark =
      this.#acts &&
      this.#settings.areOrdered &&
      [...this.#firstSeenAt].some(([id, at]) => !this.#markedOf.has(id) && now - at < HASTY_FOR_MS)
    const pauseMs = lacksMark || now < this.#hastyUntil ? LOOK_SOON_MS : LOOK_EVERY_MS
    return now - this.#lookedAt >= pauseMs
  }

  async #look(own: readonly OwnServer[], call: CallOptions): Promise<void> {
    const now = this.#clock.monotonic()
    const all = await this.#visible(call)
    this.#lookedAt = now
    if (!all) return
    this.#report(all)
    if (this.#acts) for (const each of own) await this.#markAddressOf(each, all, call)
    const left = new Map<string, number>()
    for (const ip of all) {
      const agent = this.#agentOf(ip)
      if (agent === undefined) continue
      if (isUnbound(ip)) left.set(agent, this.#leftSince.get(agent) ?? now)
      else if (this.#acts && !own.some(({ server }) => isBoundTo(ip, server)))
        await this.#release(ip, agent, call)
    }
    this.#leftSince = left
  }

  /** The id of the server's own address, with our mark; `undefined`: it has none that is surely ours. */
  async #markAddressOf(
    { agent, server }: OwnServer,
    all: readonly WireFloatingIp[],
    call: CallOptions,
  ): Promise<string | undefined> {
    const bound = all.filter((ip) => isBoundTo(ip, server) || idsToldBy(server).includes(ip.id))
    const marked = bound.find((ip) => this.#agentOf(ip) === agent)
    const ip = marked ?? (this.#settings.areOrdered ? addressToMark(server, bound) : undefined)
    if (!ip) return undefined
    if (!marked) await this.#comment(ip.id, markOf(this.#pool, agent), call)
    this.#markedOf = new Map(this.#markedOf).set(server.id, ip.id)
    return ip.id
  }

  /** Somebody uses our address for something else: from now on it is theirs. */
  async #release(ip: WireFloatingIp, agent: string, call: CallOptions): Promise<void> {
    // A list may miss a server for a while.
    if (ip.resource_type === 'server') {
      const server = await this.#api.server(Number(ip.resource_id), call)
      if (!server || agentOf(server, this.#pool) === agent) return
    }
    await this.#comment(ip.id, '', call)
    this.#log.warn(
      { pool: this.#pool, machine: agent, address: ip.ip },
      'The public address of a machine was attached to another resource: it is left to that, and not deleted any more',
    )
  }

  /** Each once: those of before at the first look of a process, others when they have been alone for long. */
  #report(all: readonly WireFloatingIp[]): void {
    const now = this.#clock.monotonic()
    const before = this.#unclaimedSince
    const unclaimed = unclaimedAddresses(all, this.#pool)
    this.#unclaimedSince = new Map(
      unclaimed.map((address) => [address, before ? (before.get(address) ?? now) : now - UNCLAIMED_FOR_MS]),
    )
    const { reported } = this.#settings
    const news = [...this.#unclaimedSince].flatMap(([address, since]) =>
      now - since >= UNCLAIMED_FOR_MS && !reported.has(address) ? [address] : [],
    )
    for (const address of news) reported.add(address)
    if (news.length === 0) return
    this.#log.warn({ pool: this.#pool, addresses: news }, unclaimedText(news))
  }

  /** Its one address has our mark: there is nothing to look up. */
  #isKnownWhole(server: WireServer): boolean {
    const told = idsToldBy(server)
    return told.length === 1 && told[0] === this.#markedOf.get(server.id)
  }

  #agentOf(ip: WireFloatingIp): string | undefined {
    return agentOf(ip, this.#pool)
  }

  #forget(agent: string): void {
    this.#undeleted.delete(agent)
    this.#leftSince = new Map([...this.#leftSince].filter(([name]) => name !== agent))
  }

  /** `undefined`: the token may not see them; its servers must end all the same. */
  async #visible(call: CallOptions): Promise<readonly WireFloatingIp[] | undefined> {
    try {
      return await this.#api.floatingIps(call)
    } catch (thrown) {
      if (asOutsideError(thrown).kind !== 'auth') throw thrown
      return undefined
    }
  }

  /** A token that may not write comments still deletes the server. */
  async #comment(id: string, comment: string, call: CallOptions): Promise<void> {
    try {
      await this.#api.commentFloatingIp(id, comment, call)
    } catch (thrown) {
      const { kind } = asOutsideError(thrown)
      if (kind !== 'auth' && kind !== 'rejected') throw thrown
    }
  }
}

/** Addresses that are billed, belong to no server, and may have been left by the autoscaler, for people. */
export function unclaimedAddresses(all: readonly WireFloatingIp[], pool: PoolId): readonly string[] {
  return all
    .filter((ip) => isUnbound(ip) && (hasNoComment(ip) || ip.comment?.includes('wp.autoscaler/pool=')))
    .filter((ip) => agentOf(ip, pool) === undefined)
    .map(({ ip, id }) => ip ?? id)
}

export function unclaimedText(addresses: readonly string[]): string {
  const one = addresses.length === 1
  return `${one ? 'Public address' : 'Public addresses'} ${addresses.join(', ')} ${one ? 'belongs' : 'belong'} to no server, and Timeweb bills ${one ? 'it' : 'them'}: delete ${one ? 'it' : 'them'} in Timeweb's panel unless you need ${one ? 'it' : 'them'}`
}
