import type { Autoscaler, Pool } from '../engine/autoscaler.ts'
import { createAutoscaler } from '../engine/create-autoscaler.ts'
import type { Plan } from '../model/plan.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import { silentLog } from '../ports/log.ts'
import { aPool } from './builders.ts'
import { FakeCiServer } from './fake-ci-server.ts'
import { FakeCloud, type FakeCloudOptions } from './fake-cloud.ts'
import { createFakeProvider } from './fake-provider.ts'
import type { FakeTask } from './fake-task.ts'
import { ManualClock } from './manual-clock.ts'

export interface FakePoolOptions extends Partial<Omit<PoolPolicy, 'id'>> {
  readonly machines?: Omit<FakeCloudOptions, 'clock'>
}

const LOOP = {
  caution: {
    graceAfterRestartMs: 300_000,
    longestPipelineMs: 7_200_000,
    listLagMs: 120_000,
    poweredOffMs: 20_000,
  },
  intervalMs: 10_000,
}

/** The real engine with several pools, each with a fake cloud of its own, at one fake server, in virtual time. */
export class FakePools {
  readonly clock: ManualClock
  readonly server: FakeCiServer
  readonly clouds: ReadonlyMap<PoolId, FakeCloud>
  readonly outcomes: Outcome[] = []
  readonly reports: TickReport[] = []
  /** Pools that were left, and are empty. */
  readonly forgotten: PoolId[] = []
  readonly autoscaler: Autoscaler
  /** As they were at first. */
  readonly pools: readonly Pool[]
  readonly #stop = new AbortController()
  #random: number
  #running: Promise<void> = Promise.resolve()

  /** `beside`: another process, at whose server and clouds this one works too. */
  constructor(pools: Readonly<Record<PoolId, FakePoolOptions>>, beside?: FakePools) {
    this.clock = beside?.clock ?? new ManualClock()
    this.server = beside?.server ?? new FakeCiServer({ clock: this.clock })
    this.#random = beside ? 2 : 1
    const made = Object.entries(pools).map(([id, options]) => this.#makePool(id, options, beside))
    this.clouds = new Map(made.map(({ id, cloud }) => [id, cloud]))
    this.pools = made.map(({ pool }) => pool)
    this.autoscaler = createAutoscaler({
      server: this.server,
      pools: this.pools,
      ...LOOP,
      clock: this.clock,
      random: () => this.#nextRandom(),
      log: silentLog,
      onTick: (report) => this.reports.push(report),
      onOutcome: (outcome) => this.outcomes.push(outcome),
      onForgotten: (pool) => this.forgotten.push(pool),
    })
  }

  /** Takes other pools while it runs. */
  reconfigure(pools: readonly Pool[]): Promise<void> {
    return this.autoscaler.reconfigure({ pools, ...LOOP })
  }

  start(): void {
    this.#running = this.autoscaler.run(this.#stop.signal)
  }

  seconds(count: number): Promise<void> {
    return this.clock.advance(count * 1_000)
  }

  minutes(count: number): Promise<void> {
    return this.seconds(count * 60)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.clock.advance(60_000)
    await this.#running
  }

  cloud(pool: PoolId): FakeCloud {
    const cloud = this.clouds.get(pool)
    if (!cloud) throw new Error(`there is no pool ${pool}`)
    return cloud
  }

  /** A task that only this pool's agents take. */
  addTask(pool: PoolId, durationMs?: number): FakeTask {
    return this.server.addTask({ labels: { pool }, ...(durationMs === undefined ? {} : { durationMs }) })
  }

  /** When launches of the pool ended, in order, and how. */
  launches(pool: PoolId): readonly Outcome[] {
    return this.outcomes.filter(({ action }) => action.kind === 'launch' && action.pool === pool)
  }

  get lastPlan(): Plan {
    const report = this.reports.at(-1)
    if (!report) throw new Error('there was no tick yet')
    return report.plan
  }

  /** Every hold of the last plan, as `pool cause`. */
  get holds(): readonly string[] {
    return this.lastPlan.holds.map(({ pool, because }) => `${pool ?? 'all'} ${because}`)
  }

  #makePool(
    id: PoolId,
    { machines, ...policy }: FakePoolOptions,
    beside?: FakePools,
  ): { readonly id: PoolId; readonly cloud: FakeCloud; readonly pool: Pool } {
    const cloud =
      beside?.clouds.get(id) ??
      new FakeCloud({
        clock: this.clock,
        bootDelayMs: 20_000,
        onBoot: ({ name }) => {
          const agent = this.server.connect(name)
          return () => agent.kill()
        },
        ...machines,
      })
    const labels = { pool: id }
    const pool: Pool = {
      policy: {
        ...aPool({ id, ...policy }),
        offer: this.server.offerOf({ labels, platform: 'linux/amd64', backend: 'docker' }),
      },
      provider: createFakeProvider(cloud, { pool: id }),
      agent: { labels, image: undefined, environment: {}, renderUserData: () => '#cloud-config\n{}\n' },
    }
    return { id, cloud, pool }
  }

  /** The same numbers in every run (a linear congruential generator). */
  #nextRandom(): number {
    this.#random = (this.#random * 1_103_515_245 + 12_345) % 2 ** 31
    return this.#random / 2 ** 31
  }
}
