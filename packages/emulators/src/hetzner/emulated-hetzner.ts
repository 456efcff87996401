import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import { environmentInUserData } from '../cloud/environment-in-user-data.ts'
import { Faults } from '../woodpecker/http/faults.ts'
import type { HetznerExchange } from './hetzner-call.ts'
import { HetznerRefusal } from './hetzner-refusal.ts'
import type { HetznerServer, ServerOrder } from './hetzner-server.ts'
import { defaultHetznerSettings, type HetznerServerType, hetznerLocations } from './project.ts'
import { HetznerRateLimit } from './rate-limit.ts'
import type { EmulatedHetznerOptions, HetznerSettings } from './settings.ts'

const HOUR_MS = 3_600_000
const SERVERS_OF_A_SPREAD_GROUP = 10

/** A project at Hetzner Cloud: servers that boot after a while, cost money and run what their user data says. */
export class EmulatedHetzner {
  readonly settings: HetznerSettings
  readonly clock: Clock
  readonly random: Random
  readonly rateLimit: HetznerRateLimit
  /** Mishaps of requests; paths are without `/v1`. */
  readonly faults: Faults = new Faults()
  /** Every root password that was in an answer: none may ever be logged. */
  readonly rootPasswords: string[] = []
  serverLimit: number
  /** From the next call that deletes a server until it is gone, in place of the usual time. */
  nextDeleteMs: number | undefined
  /** Told of each request that was answered. */
  onExchange: ((exchange: HetznerExchange) => void) | undefined
  readonly #onBoot: EmulatedHetznerOptions['onBoot']
  readonly #servers: HetznerServer[] = []
  readonly #soldOut: Map<string, 'announced' | 'unannounced'> = new Map()
  readonly #refused: Map<string, HetznerRefusal> = new Map()
  readonly #withdrawn: Set<string> = new Set()
  #ghosts: { readonly server: HetznerServer; readonly untilAt: number }[] = []
  #bootless = 0
  #nextId = 40_000_001

  constructor({ clock, random, onBoot, ...settings }: EmulatedHetznerOptions) {
    this.settings = { ...defaultHetznerSettings, ...settings }
    this.clock = clock
    this.random = random
    this.rateLimit = new HetznerRateLimit(clock, this.settings.rateLimit)
    this.serverLimit = this.settings.serverLimit
    this.#onBoot = onBoot
  }

  /** The types that the API knows now. */
  get serverTypes(): readonly HetznerServerType[] {
    return this.settings.serverTypes.filter(({ name }) => !this.#withdrawn.has(name))
  }

  /** Every server that there is, whatever the lists say. */
  get servers(): readonly HetznerServer[] {
    return this.#servers.filter(({ status }) => status !== 'deleted')
  }

  /** Every server that ever was. */
  get books(): readonly HetznerServer[] {
    return this.#servers
  }

  /** As lists show it: new servers come late, and some that are gone are shown as before for a while. */
  get listed(): readonly HetznerServer[] {
    const now = this.clock.now()
    this.#ghosts = this.#ghosts.filter(({ untilAt }) => untilAt > now)
    const there = this.servers.filter(({ hiddenUntil }) => hiddenUntil <= now)
    return [...there, ...this.#ghosts.map(({ server }) => server)]
  }

  find(idOrName: number | string): HetznerServer | undefined {
    return this.servers.find(({ id, name }) => id === idOrName || name === idOrName)
  }

  /** @throws HetznerRefusal as the API answers it */
  create(order: ServerOrder): HetznerServer {
    if (this.find(order.name)) {
      throw new HetznerRefusal(409, 'uniqueness_error', 'server name is already used', {
        fields: [{ name: 'name', messages: ['already taken'] }],
      })
    }
    if (this.servers.length >= this.serverLimit) {
      throw new HetznerRefusal(403, 'resource_limit_exceeded', 'server limit exceeded')
    }
    this.#checkDedicatedCores(order)
    const refusal = this.#refused.get(`${order.type.name}:${order.location.name}`)
    if (refusal) throw refusal
    if (this.#soldOut.has(`${order.type.name}:${order.location.name}`)) {
      throw new HetznerRefusal(412, 'resource_unavailable', 'server location disabled')
    }
    const { placementGroup } = order
    const apart = this.servers.filter((server) => server.placementGroup === placementGroup)
    if (placementGroup !== undefined && apart.length >= SERVERS_OF_A_SPREAD_GROUP) {
      throw new HetznerRefusal(422, 'placement_error', 'error during placement')
    }
    return this.#make(order)
  }

  /** Deletes it with its primary IPs, in a while. */
  delete(server: HetznerServer): void {
    if (server.isProtected) throw new HetznerRefusal(423, 'protected', 'server deletion is protected')
    if (server.status === 'deleting') throw new HetznerRefusal(423, 'locked', 'server is locked')
    this.#silence(server, 'deleting')
    const { nextDeleteMs: deleteMs = this.settings.deleteMs } = this
    this.nextDeleteMs = undefined
    if (deleteMs === 0) this.vanish(server.name)
    else this.clock.startTimer(deleteMs, () => this.#end(server))
  }

  /** It is gone at once: somebody deleted it in the console, or its host died. Lists may show it a while longer. */
  vanish(name: string, listedForMs: number = 0): void {
    const server = this.find(name)
    if (!server) return
    if (listedForMs > 0) {
      this.#ghosts.push({ server: { ...server }, untilAt: this.clock.now() + listedForMs })
    }
    this.#end(server)
  }

  powerOff(name: string): void {
    const server = this.find(name)
    if (server) this.#silence(server, 'off')
  }

  rename(name: string, to: string): void {
    const server = this.find(name)
    if (server) server.name = to
  }

  relabel(name: string, labels: Readonly<Record<string, string>>): void {
    const server = this.find(name)
    if (server) server.labels = labels
  }

  protect(name: string): void {
    const server = this.find(name)
    if (server) server.isProtected = true
  }

  /** Lists miss it for a while. */
  hide(name: string, forMs: number): void {
    const server = this.find(name)
    if (server) server.hiddenUntil = this.clock.now() + forMs
  }

  /** Somebody makes a server by hand: of the first type there is, without our marks unless they are given. */
  plant(name: string, labels: Readonly<Record<string, string>> = {}): HetznerServer {
    const [type] = this.settings.serverTypes
    const [image] = this.settings.images
    return this.#make({ name, labels, type: type!, image: image!, location: hetznerLocations[0]! })
  }

  /** `type:location`. `announced`: the list of types says so too, as it does after a while. */
  sellOut(offering: string, how: 'announced' | 'unannounced' = 'unannounced'): void {
    this.#soldOut.set(offering, how)
  }

  restock(offering: string): void {
    this.#soldOut.delete(offering)
  }

  /** `type:location`. Orders of it are answered so from now on; without a refusal, as ever. */
  refuse(offering: string, refusal?: HetznerRefusal): void {
    if (refusal) this.#refused.set(offering, refusal)
    else this.#refused.delete(offering)
  }

  /** Hetzner sells it no longer, and lists it no longer. Servers of it run on. */
  withdraw(type: string): void {
    this.#withdrawn.add(type)
  }

  isAnnouncedSoldOut(offering: string): boolean {
    return this.#soldOut.get(offering) === 'announced'
  }

  /** The next servers run and are paid, but never start their agent. */
  failBoots(count: number): void {
    this.#bootless += count
  }

  /** From now on all that are made start their agent. */
  bootAll(): void {
    this.#bootless = 0
  }

  /** Net, in euros: each hour that was begun, IPv4 besides, running or not. */
  cost(): number {
    const now = this.clock.now()
    return this.#servers.reduce((sum, server) => {
      const hours = Math.max(1, Math.ceil(((server.deletedAt ?? now) - server.createdAt) / HOUR_MS))
      const ipv4 = server.hasIpv4 ? this.settings.ipv4HourlyNet : 0
      return sum + hours * (server.type.hourlyNet[server.location.name]! + ipv4)
    }, 0)
  }

  newId(): number {
    return this.#nextId++
  }

  #checkDedicatedCores({ type }: ServerOrder): void {
    if (!type.dedicated) return
    const taken = this.servers.reduce(
      (sum, server) => sum + (server.type.dedicated ? server.type.cores : 0),
      0,
    )
    if (taken + type.cores <= this.settings.dedicatedCoreLimit) return
    throw new HetznerRefusal(403, 'resource_limit_exceeded', 'dedicated core limit exceeded', {
      limits: [{ name: 'dedicated_core_limit' }],
    })
  }

  #make(order: ServerOrder): HetznerServer {
    const { listLagMs, startMs } = this.settings
    const createdAt = this.clock.now()
    const server: HetznerServer = {
      id: this.newId(),
      name: order.name,
      labels: order.labels ?? {},
      createdAt,
      status: 'initializing',
      type: order.type,
      location: order.location,
      image: order.image,
      userData: order.userData ?? '',
      hasIpv4: order.hasIpv4 ?? true,
      hasIpv6: order.hasIpv6 ?? true,
      networks: order.networks ?? [],
      firewalls: order.firewalls ?? [],
      placementGroup: order.placementGroup,
      isProtected: false,
      hiddenUntil: createdAt + listLagMs,
      deletedAt: undefined,
      inhabitant: undefined,
    }
    this.#servers.push(server)
    this.clock.startTimer(typeof startMs === 'number' ? startMs : startMs(this.random), () => {
      if (server.status === 'initializing') server.status = 'running'
    })
    if (this.#bootless > 0) this.#bootless--
    else this.#bootLater(server)
    return server
  }

  #bootLater(server: HetznerServer): void {
    const { bootMs } = this.settings
    const environment = environmentInUserData(server.userData)
    if (!environment || !this.#onBoot) return
    const offering = { id: `${server.type.name}:${server.location.name}` }
    this.clock.startTimer(typeof bootMs === 'number' ? bootMs : bootMs(this.random), () => {
      if (server.status !== 'running' && server.status !== 'initializing') return
      server.inhabitant = this.#onBoot?.({ name: server.name, environment, offering })
    })
  }

  #silence(server: HetznerServer, status: HetznerServer['status']): void {
    server.status = status
    server.inhabitant?.vanish()
    server.inhabitant = undefined
  }

  #end(server: HetznerServer): void {
    if (server.status === 'deleted') return
    this.#silence(server, 'deleted')
    server.deletedAt = this.clock.now()
  }
}
