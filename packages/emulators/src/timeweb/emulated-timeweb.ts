import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import { environmentInUserData } from '../cloud/environment-in-user-data.ts'
import { Faults } from '../woodpecker/http/faults.ts'
import { defaultTimewebCatalogue, type TimewebPreset } from './catalogue.ts'
import { TimewebEdge } from './edge.ts'
import type { EmulatedTimewebOptions, TimewebSettings } from './settings.ts'
import type { TimewebExchange } from './timeweb-front.ts'
import { TimewebRefusal } from './timeweb-refusal.ts'
import type { TimewebFloatingIp, TimewebOrder, TimewebServer } from './timeweb-server.ts'

const HOUR_MS = 3_600_000
const HOURS_OF_A_MONTH = 732
/** Roubles an hour, for an address. */
const ADDRESS_HOURLY = 0.25

export const defaultTimewebSettings: TimewebSettings = {
  tokens: [{ token: 'timeweb-token', rights: 'all', isAbleToDelete: true }],
  catalogue: defaultTimewebCatalogue,
  confirmation: 'code',
  quarantine: false,
  serverLimit: Number.POSITIVE_INFINITY,
  balance: 5000,
  answerMs: 0,
  startMs: 0,
  bootMs: 0,
  listLagMs: 0,
  edge: { perSecond: 4, burst: 12, banMs: 60_000 },
}

/** An account at Timeweb Cloud: servers that boot after a while, cost money and run what their user data says. */
export class EmulatedTimeweb {
  readonly settings: TimewebSettings
  readonly clock: Clock
  readonly random: Random
  readonly edge: TimewebEdge
  /** Mishaps of requests, by path. */
  readonly faults: Faults = new Faults()
  /** Every root password that was in an answer: none may ever be logged. */
  readonly rootPasswords: string[] = []
  serverLimit: number
  balance: number
  /** Told of each request that was answered. */
  onExchange: ((exchange: TimewebExchange) => void) | undefined
  readonly #onBoot: EmulatedTimewebOptions['onBoot']
  readonly #servers: TimewebServer[] = []
  readonly #floatingIps: TimewebFloatingIp[] = []
  readonly #soldOut: Set<number> = new Set()
  readonly #refused: Map<number, TimewebRefusal> = new Map()
  #withdrawn: Set<number> = new Set()
  #ghosts: { readonly server: TimewebServer; readonly untilAt: number }[] = []
  #throttledUntil = 0
  #bootless = 0
  #nextId = 4_000_001

  constructor({ clock, random, onBoot, ...settings }: EmulatedTimewebOptions) {
    this.settings = { ...defaultTimewebSettings, ...settings }
    this.clock = clock
    this.random = random
    this.edge = new TimewebEdge(clock, this.settings.edge)
    this.serverLimit = this.settings.serverLimit
    this.balance = this.settings.balance
    this.#onBoot = onBoot
  }

  /** Every server that there is, whatever the lists say. */
  get servers(): readonly TimewebServer[] {
    return this.#servers.filter(({ status }) => status !== 'deleted' && status !== 'quarantine')
  }

  /** Every server that ever was. */
  get books(): readonly TimewebServer[] {
    return this.#servers
  }

  /** As lists show it: new servers come late, and some that are gone are shown as before for a while. */
  get listed(): readonly TimewebServer[] {
    const now = this.clock.now()
    this.#ghosts = this.#ghosts.filter(({ untilAt }) => untilAt > now)
    const there = this.servers.filter(({ hiddenUntil }) => hiddenUntil <= now)
    return [...there, ...this.#ghosts.map(({ server }) => server)]
  }

  /** Those that are there, and billed, with a server or without. */
  get floatingIps(): readonly TimewebFloatingIp[] {
    return this.#floatingIps
  }

  find(idOrName: number | string): TimewebServer | undefined {
    return this.servers.find(({ id, name }) => id === idOrName || name === idOrName)
  }

  /** Makes one more server: names may be given again. Throws `TimewebRefusal` as the API answers it. */
  create(order: TimewebOrder): TimewebServer {
    if (this.balance <= 0) throw new TimewebRefusal(403, 'no_balance', 'Not enough money on the balance')
    if (this.servers.length >= this.serverLimit) {
      throw new TimewebRefusal(403, 'servers_limit_exceeded', 'The limit of servers is reached')
    }
    const refusal = order.preset && this.#refused.get(order.preset.id)
    if (refusal) throw refusal
    if (order.preset && this.#soldOut.has(order.preset.id)) {
      throw new TimewebRefusal(409, 'no_capacity', 'There is no free capacity for this preset')
    }
    return this.#make(order)
  }

  /** Its addresses stay. */
  delete(server: TimewebServer): void {
    this.#end(server, this.settings.quarantine ? 'quarantine' : 'deleted')
  }

  updateFloatingIp(id: string, comment: string): TimewebFloatingIp | undefined {
    const found = this.#floatingIps.find((ip) => ip.id === id)
    if (found) found.comment = comment
    return found
  }

  /** Whether there was one. */
  deleteFloatingIp(id: string): boolean {
    const at = this.#floatingIps.findIndex((ip) => ip.id === id)
    if (at < 0) return false
    this.#floatingIps.splice(at, 1)
    return true
  }

  /** Somebody attaches the address to another server of theirs, or to none. */
  moveFloatingIp(id: string, serverName?: string): void {
    const found = this.#floatingIps.find((ip) => ip.id === id)
    if (found) found.serverId = serverName === undefined ? undefined : this.find(serverName)?.id
  }

  /** Somebody has an address of their own, which they may attach to a server. */
  plantFloatingIp(comment: string, serverName?: string): TimewebFloatingIp {
    const id = this.#nextId++
    const ip: TimewebFloatingIp = {
      id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
      ip: `203.0.113.${id % 254}`,
      zone: 'spb-1',
      comment,
      serverId: serverName === undefined ? undefined : this.find(serverName)?.id,
    }
    this.#floatingIps.push(ip)
    return ip
  }

  /** Every request is answered 429, for so long. */
  throttle(forMs: number): void {
    this.#throttledUntil = this.clock.now() + forMs
  }

  get isThrottled(): boolean {
    return this.clock.now() < this.#throttledUntil
  }

  /** It is gone at once: somebody deleted it in the panel, or its host died. Lists may show it a while longer. */
  vanish(name: string, listedForMs: number = 0): void {
    const server = this.find(name)
    if (!server) return
    if (listedForMs > 0) {
      this.#ghosts.push({ server: { ...server }, untilAt: this.clock.now() + listedForMs })
    }
    this.#end(server, 'deleted')
  }

  powerOff(name: string): void {
    const server = this.find(name)
    if (server) this.#silence(server, 'off')
  }

  rename(name: string, to: string): void {
    const server = this.find(name)
    if (server) server.name = to
  }

  comment(name: string, comment: string): void {
    const server = this.find(name)
    if (server) server.comment = comment
  }

  /** Gives it a status, perhaps one that nobody knows. */
  setStatus(name: string, status: string): void {
    const server = this.find(name)
    if (server) server.status = status
  }

  /** Lists miss it for a while. */
  hide(name: string, forMs: number): void {
    const server = this.find(name)
    if (server) server.hiddenUntil = this.clock.now() + forMs
  }

  /** Somebody makes a server by hand, with a comment of theirs. */
  plant(name: string, comment: string = ''): TimewebServer {
    const { presets, systems } = this.settings.catalogue
    const preset = presets[0]!
    return this.#make({
      name,
      comment,
      preset,
      size: preset,
      system: systems[0],
      imageId: undefined,
      softwareId: undefined,
      zone: this.zoneOf(preset.location),
      location: preset.location,
      projectId: undefined,
      sshKeyIds: [],
      hostname: undefined,
      cloudInit: '',
      wantsAddress: true,
    })
  }

  sellOut(presetId: number): void {
    this.#soldOut.add(presetId)
  }

  /** Orders of this preset are answered so from now on; without a refusal, as ever. */
  refuse(presetId: number, refusal?: TimewebRefusal): void {
    if (refusal) this.#refused.set(presetId, refusal)
    else this.#refused.delete(presetId)
  }

  /** Timeweb sells it no longer, and lists it no longer. */
  withdraw(presetId: number): void {
    this.#withdrawn.add(presetId)
  }

  get presets(): readonly TimewebPreset[] {
    return this.settings.catalogue.presets.filter(({ id }) => !this.#withdrawn.has(id))
  }

  restock(presetId: number): void {
    this.#soldOut.delete(presetId)
  }

  /** The next servers run and are paid, but never start their agent. */
  failBoots(count: number): void {
    this.#bootless += count
  }

  /** From now on all that are made start their agent. */
  bootAll(): void {
    this.#bootless = 0
  }

  /** Roubles: each hour that was begun, running or not, and what addresses cost now an hour. */
  cost(): number {
    const now = this.clock.now()
    const servers = this.#servers.reduce((sum, { preset, createdAt, endedAt }) => {
      const hours = Math.max(1, Math.ceil(((endedAt ?? now) - createdAt) / HOUR_MS))
      return sum + (hours * (preset?.price ?? 0)) / HOURS_OF_A_MONTH
    }, 0)
    return servers + this.#floatingIps.length * ADDRESS_HOURLY
  }

  zoneOf(location: string): string {
    return this.settings.catalogue.locations.find((one) => one.location === location)?.zones[0] ?? ''
  }

  #make({ wantsAddress, ...order }: TimewebOrder): TimewebServer {
    const { listLagMs, startMs } = this.settings
    const createdAt = this.clock.now()
    const id = this.#nextId++
    const rootPassword = `root-${Math.floor(this.random() * 1e12).toString(36)}-secret`
    const server: TimewebServer = {
      ...order,
      id,
      createdAt,
      rootPassword,
      status: 'installing',
      hiddenUntil: createdAt + listLagMs,
      endedAt: undefined,
      inhabitant: undefined,
    }
    this.rootPasswords.push(rootPassword)
    this.#servers.push(server)
    if (wantsAddress) {
      this.#floatingIps.push({
        id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
        ip: `203.0.113.${id % 254}`,
        zone: server.zone,
        comment: '',
        serverId: id,
      })
    }
    this.#startLater(startMs, server)
    if (this.#bootless > 0) this.#bootless--
    else this.#bootLater(server)
    return server
  }

  #startLater(after: TimewebSettings['startMs'], server: TimewebServer): void {
    const startMs = typeof after === 'number' ? after : after(this.random)
    const start = () => {
      if (server.status === 'installing') server.status = 'on'
    }
    if (startMs === 0) start()
    else this.clock.startTimer(startMs, start)
  }

  #bootLater(server: TimewebServer): void {
    const { bootMs } = this.settings
    const environment = environmentInUserData(server.cloudInit)
    if (!environment || !this.#onBoot) return
    const offering = { id: server.preset ? String(server.preset.id) : 'configuration' }
    this.clock.startTimer(typeof bootMs === 'number' ? bootMs : bootMs(this.random), () => {
      if (server.status !== 'on' && server.status !== 'installing') return
      server.inhabitant = this.#onBoot?.({ name: server.name, environment, offering })
    })
  }

  #silence(server: TimewebServer, status: TimewebServer['status']): void {
    server.status = status
    server.inhabitant?.vanish()
    server.inhabitant = undefined
  }

  #end(server: TimewebServer, status: 'deleted' | 'quarantine'): void {
    this.#silence(server, status)
    server.endedAt = this.clock.now()
    for (const ip of this.#floatingIps) if (ip.serverId === server.id) ip.serverId = undefined
  }
}
