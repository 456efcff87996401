import {
  isNameOfPool,
  type Log,
  type Outcome,
  type TickReport,
  unlimitedFleet,
} from '@woodpeckers/autoscaler-core'
import {
  EmulatedWoodpecker,
  type QueueEvent,
  WebFront,
  woodpeckerFetch,
} from '@woodpeckers/autoscaler-emulators'
import { streamOf, VirtualClock } from '@woodpeckers/autoscaler-traces'
import type { Arrival, CloudKind, PoolSetup, Scenario } from '../scenario/scenario.ts'
import { Timeline } from '../timeline.ts'
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
  readonly timeline: Timeline
  readonly server: EmulatedWoodpecker
  readonly clouds: ReadonlyMap<CloudKind, SimulatedCloud>
  readonly fleet: Fleet
  readonly weather: Weather
  readonly processes: AutoscalerProcess[] = []
  /** The policies in force: a mishap may change them. */
  readonly policies: Policies
  readonly damage: Damage = new Damage()
  readonly foreign: Foreign
  readonly people: People = new People(this)
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
      onStart: (agent) => this.timeline.add('machine', `${agent.name} has booted`),
      onEnd: (agents, by) => events.onMachineEnd(agents, by),
    })
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
  startAutoscaler(): AutoscalerProcess {
    const { seed, intervalMs } = this.scenario
    const number = this.processes.length + 1
    const process: AutoscalerProcess = new AutoscalerProcess({
      seed,
      number,
      clock: this.autoscalerClock,
      intervalMs,
      caution: {
        graceAfterRestartMs: 300_000,
        longestPipelineMs: 2_700_000,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
      },
      pools: this.pools,
      fleet: { ...unlimitedFleet, ...this.scenario.fleet },
      orders: () => this.people.orders,
      serverFetch: this.weather.over(woodpeckerFetch(this.server, this.#front), 'server'),
      cloudFetch: (pool) => this.weather.over(this.cloudOf(pool).fetch, 'clouds'),
      cloudOf: (pool) => this.cloudOf(pool),
      onTick: (report, calls) => {
        this.ticks++
        this.#events.onTick(process, report, calls)
      },
      onOutcome: (outcome) => {
        this.#tellOutcome(number, outcome)
        this.#events.onOutcome(process, outcome)
      },
      onCall: () => {},
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
    return this.processes.findLast(({ isAlive }) => isAlive)
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

  /** Nothing is to be done, and each pool is at its minimum. */
  isAtRest(): boolean {
    if (!this.server.up) return false
    const { pending, waiting, running } = this.server.queue
    if (pending.length > 0 || waiting.length > 0 || running.size > 0) return false
    // The queue may have forgotten what somebody still works on.
    if (this.fleet.isAtWork) return false
    const names = this.server.records.list().map(({ name }) => name)
    const pools = this.pools.map(({ id }) => ({
      policy: this.policies.effective(id, this.autoscalerClock.now()),
      machines: this.machinesOf(id).length,
      records: names.filter((name) => isNameOfPool(name, id)).length,
    }))
    const isResting = ({ policy, machines, records }: (typeof pools)[number]): boolean => {
      const { least, most } = restingOf(policy)
      return records === machines && machines >= least && machines <= most
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
