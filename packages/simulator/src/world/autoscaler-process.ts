import {
  type Autoscaler,
  type Caution,
  createAutoscaler,
  createShare,
  type FleetPolicy,
  type Log,
  namePrefix,
  type Orders,
  type Outcome,
  type Pool,
  renderCloudInit,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import { aPool } from '@woodpeckers/autoscaler-core/testing'
import { adminToken, type InProcessFetch } from '@woodpeckers/autoscaler-emulators'
import { streamOf } from '@woodpeckers/autoscaler-traces'
import { createWoodpeckerServer } from '@woodpeckers/autoscaler-woodpecker'
import type { PoolSetup } from '../scenario/scenario.ts'
import type { SimulatedCloud } from './clouds/simulated-cloud.ts'
import type { OffsetClock } from './other-clocks.ts'

export interface AutoscalerProcessOptions {
  readonly seed: number
  /** The first, second … process of this world. */
  readonly number: number
  /** By the world's clock. */
  readonly startedAt: number
  readonly clock: OffsetClock
  readonly intervalMs: number
  readonly caution: Caution
  readonly pools: readonly PoolSetup[]
  readonly fleet: FleetPolicy
  /** What stands when it begins. */
  readonly orders: () => Orders
  /** What the state file says of agents that somebody else cordoned. */
  readonly cordonedByOthers: ReadonlySet<string>
  /** To the server and to a cloud, through the weather. */
  readonly serverFetch: InProcessFetch
  readonly cloudFetch: (pool: PoolSetup) => InProcessFetch
  readonly cloudOf: (pool: PoolSetup) => SimulatedCloud
  readonly onTick: (report: TickReport, calls: number) => void
  readonly onOutcome: (outcome: Outcome) => void
  readonly onCall: (method: string, url: string, body: string) => void
  readonly onFailure: (error: unknown) => void
  readonly log: Log
}

/**
 * The autoscaler as a process of its own: the real engine, client and providers, with a clock and a network that
 * die with it. After `kill` no timer rings and no answer is heard; what was sent still arrives.
 */
export class AutoscalerProcess {
  readonly #options: AutoscalerProcessOptions
  readonly #stop: AbortController = new AbortController()
  #isAlive = true
  #autoscaler: Autoscaler | undefined
  #calls = 0
  #callsLeft = Number.POSITIVE_INFINITY
  #diesAfterActing = false
  #diesAtLaunch: 'before' | 'after' | undefined

  constructor(options: AutoscalerProcessOptions) {
    this.#options = options
  }

  get startedAt(): number {
    return this.#options.startedAt
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** It ends by itself where its parts cannot be opened, as the program does. */
  start(): void {
    this.#run().catch((error: unknown) => {
      if (!this.#isAlive) return
      this.kill()
      this.#options.onFailure(error)
    })
  }

  /** As by SIGKILL. */
  kill(): void {
    this.#isAlive = false
  }

  /** Dies at its next call but so many: before it is sent, or after it has acted and before its answer is heard. */
  killAtCall(after: number, afterActing: boolean): void {
    this.#callsLeft = after
    this.#diesAfterActing = afterActing
  }

  /** Dies at its next order of a machine: before it is sent, or after it has acted and before its answer is heard. */
  killAtLaunch(when: 'before' | 'after'): void {
    this.#diesAtLaunch = when
  }

  /** As by SIGTERM; it goes when its actions have ended. */
  stop(): void {
    this.#stop.abort()
  }

  order(orders: Orders): void {
    if (this.#isAlive) this.#autoscaler?.order(orders)
  }

  async #run(): Promise<void> {
    const autoscaler = await this.#create()
    this.#autoscaler = autoscaler
    // Asked for while its parts were opened.
    autoscaler.order(this.#options.orders())
    await autoscaler.run(this.#stop.signal)
    this.#isAlive = false
  }

  async #create(): Promise<Autoscaler> {
    const { seed, number, clock, log, onTick, onOutcome, serverFetch } = this.#options
    const random = streamOf(seed, `process ${number}`)
    const mine = { now: () => clock.now(), monotonic: () => clock.monotonic(), startTimer: this.#startTimer }
    const server = createWoodpeckerServer({
      url: 'http://ci.invalid',
      token: adminToken,
      grpcAddr: 'ci.invalid:9000',
      grpcSecure: false,
      clock: mine,
      random,
      log,
      fetch: this.#mortal(serverFetch, 'server') as never,
    })
    const share = createShare()
    const pools = await Promise.all(
      this.#options.pools.map(async (setup): Promise<Pool> => {
        const cloud = this.#options.cloudOf(setup)
        const provider = await cloud.openProvider(
          {
            options: {},
            pool: { id: setup.id, namePrefix: namePrefix(setup.id), labels: setup.labels },
            log,
            clock: mine,
            random,
            share,
          },
          this.#mortal(this.#options.cloudFetch(setup), 'cloud'),
        )
        const platform = provider.platform ?? { platform: 'linux/amd64', backend: 'docker' }
        return {
          provider,
          policy: {
            ...aPool({ id: setup.id, billing: provider.billing ?? 'second', ...setup.policy }),
            offer: server.offerOf({ labels: setup.labels, ...platform }),
          },
          agent: { labels: setup.labels, image: undefined, environment: {}, renderUserData: renderCloudInit },
        }
      }),
    )
    return createAutoscaler({
      server,
      pools,
      fleet: this.#options.fleet,
      orders: this.#options.orders(),
      cordonedByOthers: this.#options.cordonedByOthers,
      caution: this.#options.caution,
      intervalMs: this.#options.intervalMs,
      clock: mine,
      random,
      log,
      onTick: (report) => {
        const calls = this.#calls
        this.#calls = 0
        if (this.#isAlive) onTick(report, calls)
      },
      onOutcome: (outcome) => {
        if (this.#isAlive) onOutcome(outcome)
      },
    })
  }

  readonly #startTimer = (delayMs: number, ring: () => void): (() => void) => {
    if (!this.#isAlive) return () => {}
    return this.#options.clock.startTimer(delayMs, () => {
      if (this.#isAlive) ring()
    })
  }

  #mortal(fetch: InProcessFetch, to: 'server' | 'cloud'): InProcessFetch {
    return async (url, init) => {
      if (!this.#isAlive) return forever()
      this.#calls++
      this.#options.onCall(init.method, url, init.body ?? '')
      const atLaunch = to === 'cloud' && isOrder(init.method, url) ? this.#diesAtLaunch : undefined
      const isLast = this.#callsLeft-- <= 0 || atLaunch !== undefined
      if (isLast && !this.#diesAfterActing && atLaunch !== 'after') this.kill()
      if (!this.#isAlive) return forever()
      // What a dead process has sent arrives all the same: its own signal must not call it off.
      try {
        const answer = await fetch(url, init)
        if (isLast) this.kill()
        return this.#isAlive ? answer : forever()
      } catch (error) {
        if (this.#isAlive) throw error
        return forever()
      }
    }
  }
}

/** At all clouds here. */
function isOrder(method: string, url: string): boolean {
  return method === 'POST' && /\/(servers|machines)$/.test(new URL(url).pathname)
}

function forever(): Promise<never> {
  return new Promise(() => {})
}
