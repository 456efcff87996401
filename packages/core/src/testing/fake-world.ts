import type { Autoscaler, AutoscalerOptions, Pool } from '../engine/autoscaler.ts'
import { createAutoscaler } from '../engine/create-autoscaler.ts'
import type { AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Plan } from '../model/plan.ts'
import type { Caution, PoolPolicy } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import { silentLog } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import { aPool } from './builders.ts'
import { FakeCiServer } from './fake-ci-server.ts'
import { FakeCloud, type FakeCloudOptions } from './fake-cloud.ts'
import { createFakeProvider } from './fake-provider.ts'
import type { FakeServerOptions } from './fake-server-control.ts'
import { ManualClock } from './manual-clock.ts'
import { OffsetClock } from './offset-clock.ts'

export interface FakeWorldOptions {
  readonly pool?: Partial<PoolPolicy>
  readonly caution?: Partial<Caution>
  readonly cloud?: Omit<FakeCloudOptions, 'clock'>
  readonly server?: Omit<FakeServerOptions, 'clock'>
  readonly lists?: 'names' | 'facts'
  /** Made by hand, with the agents on them; they run at first. */
  readonly standing?: readonly FakeStanding[]
  /** Puts something round the provider, such as a mistake. */
  readonly provider?: (provider: Provider, cloud: FakeCloud) => Provider
  /** Told as well, as they come. */
  readonly onTick?: (report: TickReport) => void
  readonly onOutcome?: (outcome: Outcome) => void
}

export interface FakeStanding {
  /** Of the machine. */
  readonly id: string
  /** The name of the agent's record. */
  readonly agent: string
  readonly labels?: Labels
  /** Nobody says which agent is on it. */
  readonly unnamed?: true
  /** It has not come up yet, so that its agent never registered. */
  readonly isNew?: true
}

/** The real engine between a fake server and a fake cloud, in virtual time: machines boot agents that work. */
export class FakeWorld {
  readonly clock: ManualClock = new ManualClock()
  /** The autoscaler's own: it may be set while the server and the cloud keep the right time. */
  readonly ownClock: OffsetClock = new OffsetClock(this.clock, 0)
  readonly server: FakeCiServer
  readonly cloud: FakeCloud
  readonly reports: TickReport[] = []
  readonly outcomes: Outcome[] = []
  autoscaler: Autoscaler
  readonly #options: FakeWorldOptions
  #pool: Partial<PoolPolicy>
  #random = 1
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: FakeWorldOptions = {}) {
    const { standing = [] } = options
    this.#options = options
    this.#pool = options.pool ?? {}
    this.server = new FakeCiServer({ clock: this.clock, ...options.server })
    this.cloud = new FakeCloud({
      clock: this.clock,
      bootDelayMs: 20_000,
      onBoot: ({ name }) => {
        const agent = this.server.connect(standing.find(({ id }) => id === name)?.agent ?? name)
        return () => agent.kill()
      },
      ...options.cloud,
    })
    const labels = this.server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' })
    for (const { id, agent, isNew, ...known } of standing) {
      this.server.makeRecord(agent, { labels, ...known })
      this.cloud.plant({ name: id, createdAt: this.clock.now() - (isNew ? 0 : 86_400_000) })
    }
    this.autoscaler = this.#create()
  }

  /** Starts the loop, as the process does. */
  start(): void {
    this.#stop = new AbortController()
    this.#running = this.autoscaler.run(this.#stop.signal)
  }

  /** Starts again with no memory but what a state file kept, as after kill -9: what was under way is left half-done. */
  restartProcess(kept: Pick<AutoscalerOptions, 'cordonedByOthers'> = {}): void {
    this.#stop.abort()
    this.#running.catch(() => {})
    const { cordonedByOthers } = kept
    this.autoscaler = this.#create(cordonedByOthers && { cordonedByOthers })
    this.start()
  }

  /** Starts again with another policy, as after a change of the settings. */
  reconfigure(pool: Partial<PoolPolicy>): void {
    this.#pool = { ...this.#pool, ...pool }
    this.restartProcess()
  }

  seconds(count: number): Promise<void> {
    return this.clock.advance(count * 1_000)
  }

  minutes(count: number): Promise<void> {
    return this.seconds(count * 60)
  }

  /** Ends the loop; virtual time goes on until it has ended. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.clock.advance(60_000)
    await this.#running
  }

  get lastPlan(): Plan {
    const report = this.reports.at(-1)
    if (!report) throw new Error('there was no tick yet')
    return report.plan
  }

  /** Every hold of the last plan, as `cause: reason`. */
  get holds(): readonly string[] {
    return this.lastPlan.holds.map(({ because, reason }) => `${because}: ${reason}`)
  }

  /** What was done, in order, as `launch demand`, `cordon idle` … */
  get deeds(): readonly string[] {
    return this.outcomes
      .filter(({ result }) => result === 'done')
      .map(({ action }) => `${action.kind} ${action.because}`)
  }

  #create(kept: Pick<AutoscalerOptions, 'cordonedByOthers'> = {}): Autoscaler {
    const { standing = [] } = this.#options
    const policy = aPool(this.#pool)
    const provider = createFakeProvider(this.cloud, {
      pool: policy.id,
      billing: policy.billing,
      lists: this.#options.lists ?? 'facts',
      standing: standing.map(({ id }) => id),
    })
    const pool: Pool = {
      policy: {
        ...policy,
        offer: this.server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }),
      },
      provider: this.#options.provider?.(provider, this.cloud) ?? provider,
      standingAgents: new Map(
        standing.filter(({ unnamed }) => !unnamed).map(({ id, agent }) => [id, this.#agentId(agent)]),
      ),
      agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '#cloud-config\n{}\n' },
    }
    return createAutoscaler({
      ...kept,
      server: this.server,
      pools: [pool],
      caution: {
        graceAfterRestartMs: 300_000,
        longestPipelineMs: 7_200_000,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
        ...this.#options.caution,
      },
      intervalMs: 10_000,
      clock: this.ownClock,
      random: () => this.#nextRandom(),
      log: silentLog,
      onTick: (report) => {
        this.reports.push(report)
        this.#options.onTick?.(report)
      },
      onOutcome: (outcome) => {
        this.outcomes.push(outcome)
        this.#options.onOutcome?.(outcome)
      },
    })
  }

  #agentId(name: string): AgentId {
    return this.server.agents.find((agent) => agent.name === name)?.id ?? 'none'
  }

  /** The same numbers in every run (a linear congruential generator). */
  #nextRandom(): number {
    this.#random = (this.#random * 1_103_515_245 + 12_345) % 2 ** 31
    return this.#random / 2 ** 31
  }
}
