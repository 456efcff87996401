import {
  isNameOfPool,
  type Log,
  type Outcome,
  type TickReport,
  unlimitedFleet,
} from '@woodpeckers/autoscaler-core'
import {
  EmulatedWoodpecker,
  type MachineOrder,
  type QueueEvent,
  WebFront,
  woodpeckerFetch,
} from '@woodpeckers/autoscaler-emulators'
import { streamOf, VirtualClock } from '@woodpeckers/autoscaler-traces'
import type { ImageSetup } from '../scenario/image-setup.ts'
import type { Arrival, CloudKind, PoolSetup, Scenario } from '../scenario/scenario.ts'
import { Timeline } from '../timeline.ts'
import { Admins } from './admins.ts'
import { AutoscalerProcess } from './autoscaler-process.ts'
import { Backups } from './backups.ts'
import { openCloud } from './clouds/open-cloud.ts'
import type { CloudMachineView, SimulatedCloud } from './clouds/simulated-cloud.ts'
import { Damage } from './damage.ts'
import { Fleet, type LiveAgent } from './fleet.ts'
import { Foreign } from './foreign.ts'
import { OffsetClock } from './other-clocks.ts'
import { People } from './people.ts'
import { Policies } from './policies.ts'
import { keepsEnoughFree, restingOf } from './resting.ts'
import { Serving } from './serving.ts'
import { Weather } from './weather.ts'

const START_AT = Date.UTC(2026, 0, 1)
/** Whoever watches over the process starts it anew after so long. */
const RESTART_MS = 10_000
/** What one made while another looked, the other has seen by then. */
const SEEN_BY_BOTH_MS = 10_000

/** What the checks are told, as it happens. */
export interface WorldEvents {
  onMachine(pool: PoolSetup, machine: CloudMachineView): void
  onMachineEnd(agents: readonly LiveAgent[], by: 'autoscaler' | 'world'): void
  onTick(process: AutoscalerProcess, report: TickReport, calls: number): void
  onOutcome(process: AutoscalerProcess, outcome: Outcome): void
  onOutput(text: string): void
  onQueueEvent(event: QueueEvent): void
  /** What a process asks of the server or of a cloud, whether it arrives or not. */
  onCall(process: AutoscalerProcess, method: string, url: string, body: string): void
}

/**
 * The emulated server, its agents, the clouds, the network and the clock in one process and virtual time, with
 * the real engine between them. All chance comes from the scenario's seed.
 */
export class World {
  readonly scenario: Scenario
  readonly clock: VirtualClock = new VirtualClock(START_AT)
  /** Of the computer that autoscalers run on. */
  readonly autoscalerClock: OffsetClock = new OffsetClock(this.clock, 0)
  readonly startAt: number = START_AT
  /** How far that clock has been off so far. */
  readonly clockOffsets: number[] = [0]
  readonly timeline: Timeline
  readonly server: EmulatedWoodpecker
  readonly clouds: ReadonlyMap<CloudKind, SimulatedCloud>
  readonly fleet: Fleet
  readonly weather: Weather
  readonly processes: AutoscalerProcess[] = []
  /** Those of them that somebody else runs, with other settings. */
  readonly others: Set<AutoscalerProcess> = new Set()
  /** Names of agents that these have cordoned. */
  readonly cordonedByOthers: Set<string> = new Set()
  /** The policies in force: a mishap may change them. */
  readonly policies: Policies
  readonly serving: Serving
  readonly damage: Damage = new Damage()
  readonly foreign: Foreign
  readonly people: People = new People(this)
  readonly admins: Admins
  /** Until when the launches of a second autoscaler may arrive. */
  twoUntilAt = 0
  #lastTwoAt = Number.NEGATIVE_INFINITY
  ticks = 0
  timesRestored = 0
  readonly backups: Backups
  readonly #events: WorldEvents
  readonly #seen: Map<CloudKind, number> = new Map()
  readonly #front: WebFront

  constructor(scenario: Scenario, events: WorldEvents) {
    const { seed, server: setup } = scenario
    this.scenario = scenario
    this.policies = new Policies(scenario.pools)
    this.serving = new Serving(this.policies)
    this.#events = events
    this.timeline = new Timeline(() => this.clock.now())
    this.server = new EmulatedWoodpecker({
      clock: new OffsetClock(this.clock, setup.clockOffsetMs),
      random: streamOf(seed, 'server'),
      settings: { timing: { patchGapMs: setup.patchGapMs, forgeMs: setup.forgeMs } },
      onQueueEvent: (event) => events.onQueueEvent(event),
    })
    this.#front = new WebFront(this.server, { writeMs: setup.writeMs, longestPage: setup.pageSize })
    this.fleet = new Fleet({
      clock: this.clock,
      random: streamOf(seed, 'agents'),
      server: this.server,
      poolOf: (name) => this.#poolOf(name)?.id,
      imageOf: (pool, machine) => this.#imageOf(pool, machine),
      tokenOfOrganisation: (name) =>
        this.server.records.create({ name, no_schedule: false }, 1, this.#orgId()).token,
      onStart: (agent) => {
        this.timeline.add('machine', `${agent.name} has booted`)
        // Without it an agent gives its jobs up when the server is away for two minutes.
        if (!('WOODPECKER_RETRY_TIMEOUT' in agent.machine.environment)) this.damage.names.add(agent.name)
      },
      onEnd: (agents, by) => events.onMachineEnd(agents, by),
    })
    this.admins = new Admins(this)
    this.weather = new Weather({
      seed,
      fronts: scenario.weather,
      clock: this.clock,
      startAt: this.startAt,
      onStrike: (kind, method, url) =>
        this.timeline.add('network', `${kind}: ${method} ${new URL(url).pathname}`),
    })
    this.clouds = new Map(
      scenario.clouds.map((cloud) => [
        cloud.kind,
        openCloud(cloud, this.clock, streamOf(seed, `cloud ${cloud.kind}`), this.fleet.boot),
      ]),
    )
    this.foreign = new Foreign(scenario.pools, [...this.clouds.values()], this.server)
    this.backups = new Backups(this)
    for (const [kind, cloud] of this.clouds) this.#seen.set(kind, cloud.books().length)
  }

  get pools(): readonly PoolSetup[] {
    return this.policies.pools
  }

  /** By mistake, or for a moment: one that was told to end sees its last launches through beside its successor. */
  get mayBeTwo(): boolean {
    return this.clock.now() < Math.max(this.twoUntilAt, this.#lastTwoAt + SEEN_BY_BOTH_MS)
  }

  /** Starts a process with an empty memory; others go on. */
  startAutoscaler(pools: readonly PoolSetup[] = this.pools): AutoscalerProcess {
    const { seed, intervalMs } = this.scenario
    const number = this.processes.length + 1
    const process: AutoscalerProcess = new AutoscalerProcess({
      seed,
      number,
      startedAt: this.clock.now(),
      clock: this.autoscalerClock,
      intervalMs,
      caution: {
        graceAfterRestartMs: 300_000,
        longestPipelineMs: 2_700_000,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
      },
      pools,
      fleet: { ...unlimitedFleet, ...this.scenario.fleet },
      orders: () => this.people.orders,
      cordonedByOthers: this.admins.known,
      serverFetch: this.weather.over(woodpeckerFetch(this.server, this.#front), 'server'),
      cloudFetch: (pool) => this.weather.over(this.cloudOf(pool).fetch, 'clouds'),
      cloudOf: (pool) => this.cloudOf(pool),
      onTick: (report, calls) => {
        this.ticks++
        if (!this.others.has(process)) this.admins.onTick(number, report.input.memory, this.mayBeTwo)
        this.#events.onTick(process, report, calls)
      },
      onOutcome: (outcome) => {
        this.#tellOutcome(number, outcome)
        if (outcome.action.kind === 'cordon' && this.others.has(process))
          this.cordonedByOthers.add(outcome.name)
        this.#events.onOutcome(process, outcome)
      },
      onCall: (method, url, body) => this.#events.onCall(process, method, url, body),
      onFailure: (error) => {
        this.timeline.add(`autoscaler ${number}`, `ends: ${error}`)
        this.clock.startTimer(RESTART_MS, () => {
          if (!this.autoscaler) this.startAutoscaler()
        })
      },
      log: this.#logOf(number),
    })
    this.timeline.add(`autoscaler ${number}`, 'starts')
    this.processes.push(process)
    process.start()
    return process
  }

  /** The newest process that is alive. */
  get autoscaler(): AutoscalerProcess | undefined {
    return this.processes.findLast((process) => process.isAlive && !this.others.has(process))
  }

  /** The clock of the autoscalers' computer is set. */
  setClock(byMs: number): void {
    this.autoscalerClock.offsetMs += byMs
    this.clockOffsets.push(this.autoscalerClock.offsetMs)
    this.timeline.add('world', `the autoscaler's clock is set by ${Math.round(byMs / 60_000)} minutes`)
  }

  order({ jobs }: Arrival): void {
    if (!this.server.up) return
    const pipeline = this.server.createPipeline({
      repo: 'acme/app',
      workflows: jobs.map(({ durationMs, labels = {}, afterPrevious, concurrency, fails }, at) => ({
        name: `job-${at + 1}`,
        durationMs,
        labels,
        ...(afterPrevious && at > 0 ? { dependsOn: [`job-${at}`] } : {}),
        ...(fails ? { outcome: 'failure' as const } : {}),
        ...(concurrency ? { concurrency: { group: 'deploy', limit: concurrency } } : {}),
      })),
    })
    this.timeline.add('people', `pipeline ${pipeline.number} with ${jobs.length} jobs`)
  }

  /** Machines of a pool that are there, by the world's knowledge. */
  machinesOf(poolId: string): readonly CloudMachineView[] {
    const pool = this.pools.find(({ id }) => id === poolId)
    const books = pool ? this.cloudOf(pool).books() : []
    return books.filter(({ name, isThere }) => isThere && isNameOfPool(name, poolId))
  }

  /** Names that records have: one that the image's agent made, on a machine that is there, counts with ours. */
  recordNames(): readonly string[] {
    const isOfImage = new Set(
      this.fleet.agents.filter((agent) => agent.isOfImage).map(({ process }) => process.agentId),
    )
    const rows = this.server.records.list()
    return rows.filter(({ id }) => !isOfImage.has(id)).map(({ name }) => name)
  }

  /** Nothing is to be done, and each pool is at its minimum. */
  isAtRest(): boolean {
    if (!this.server.up) return false
    const { pending, waiting, running } = this.server.queue
    if (waiting.length > 0 || running.size > 0) return false
    // What nobody's agents can really run waits for ever.
    if (pending.some(({ row }) => this.serving.byAny(row.labels) === 'always')) return false
    // What a server has left over is found after a while.
    if ([...this.clouds.values()].some((cloud) => cloud.addressesLeft().length > 0)) return false
    // The queue may have forgotten what somebody still works on.
    if (this.fleet.isAtWork) return false
    const names = this.recordNames()
    const pools = this.pools.map(({ id }) => ({
      policy: this.policies.effective(id, this.autoscalerClock.now()),
      machines: this.machinesOf(id).length,
      records: names.filter((name) => isNameOfPool(name, id)).length,
    }))
    const isResting = ({ policy, machines, records }: (typeof pools)[number]): boolean => {
      const { least, most } = restingOf(policy)
      // One is tried now and then for what nobody's agents can run.
      const tried = pending.length > 0 ? 1 : 0
      return records === machines && machines >= least && machines <= most + tried
    }
    return pools.every(isResting) && keepsEnoughFree(pools)
  }

  /** Looks for machines that were made since the last look. */
  noticeNewMachines(): void {
    if (this.processes.filter(({ isAlive }) => isAlive).length > 1) this.#lastTwoAt = this.clock.now()
    for (const [kind, cloud] of this.clouds) {
      const books = cloud.books()
      for (const machine of books.slice(this.#seen.get(kind))) {
        this.timeline.add('cloud', `${machine.name} is made`)
        const pool = this.#poolOf(machine.name)
        if (pool) this.#events.onMachine(pool, machine)
      }
      this.#seen.set(kind, books.length)
    }
  }

  cloudOf({ cloud }: PoolSetup): SimulatedCloud {
    return this.clouds.get(cloud)!
  }

  #imageOf(pool: string, { offering }: MachineOrder): ImageSetup | undefined {
    if (this.policies.imagesAreMended) return undefined
    const setup = this.pools.find(({ id }) => id === pool)
    const type = setup && this.cloudOf(setup).typeOf(offering.id)
    const { image } = setup ?? {}
    return image?.onlyType === undefined || image.onlyType === type ? image : undefined
  }

  /** Of the organisation whose jobs these are. */
  #orgId(): number {
    const [repo] = this.server.database.repos.values()
    return repo?.orgId ?? -1
  }

  #poolOf(name: string): PoolSetup | undefined {
    return this.pools.find(({ id }) => isNameOfPool(name, id))
  }

  #tellOutcome(number: number, { action, name, result, detail }: Outcome): void {
    const why = detail === undefined ? action.reason : `${action.reason}; ${detail}`
    this.timeline.add(`autoscaler ${number}`, `${action.kind} ${name}: ${result} (${why})`)
  }

  #logOf(number: number): Log {
    const write = (level: string) => (fields: object, message: string) => {
      const text = `${level}: ${message} ${JSON.stringify(fields)}`
      this.#events.onOutput(text)
      if (level !== 'debug') this.timeline.add(`autoscaler ${number}`, text)
    }
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  }
}
