import type { Clock } from '@woodpeckers/autoscaler-core'
import type { Trace } from '../format/trace.ts'
import type { TracePool, TraceSettings } from '../play/trace-settings.ts'
import { Dependents } from './dependents.ts'
import type { Job } from './job.ts'
import type { LeanAgent } from './lean-agent.ts'
import { LeanCloud } from './lean-cloud.ts'
import type { LeanQueue } from './lean-queue.ts'
import { LeanServer } from './lean-server.ts'
import { streamOf } from './stream-of.ts'
import { VirtualClock } from './virtual-clock.ts'

const HOUR_MS = 3_600_000
/** A drain takes some looks. */
const DRAIN_MS = 120_000

/** A server, clouds and a clock, with the jobs of a trace: all but the engine. */
export class LeanWorld {
  readonly clock: VirtualClock
  readonly startAt: number
  readonly pools: readonly TracePool[]
  readonly server: LeanServer
  /** In the order of the pools. */
  readonly clouds: readonly LeanCloud[]
  /** Every job that some pool may take, in the order they came. */
  readonly jobs: Job[] = []
  unmatched = 0
  /** By name: those that are gone too. */
  readonly agentsOfAllTime: Map<string, LeanAgent> = new Map()
  /** When anything last started or ended. */
  movedAt: number
  /** When a machine was last ordered, ended or stopped. */
  machinesChangedAt: number
  /** Something of the engine was rung or told: its promises must go on before time does. */
  engineIsAwake = true
  readonly #arrivals: Trace['arrivals']
  #arrived = 0

  constructor({ startAt, arrivals }: Trace, { pools, seed }: Pick<TraceSettings, 'pools' | 'seed'>) {
    this.clock = new VirtualClock(startAt)
    this.startAt = startAt
    this.movedAt = startAt
    this.machinesChangedAt = startAt
    this.pools = pools
    this.#arrivals = arrivals
    const clock = this.clock
    this.server = new LeanServer({
      clock,
      random: streamOf(seed, 'polls'),
      pools,
      dependents: new Dependents(arrivals),
      onCreate: (agent) => {
        this.agentsOfAllTime.set(agent.name, agent)
        this.machinesChangedAt = clock.now()
      },
      onMove: () => {
        this.movedAt = clock.now()
      },
      onSignal: () => {
        this.engineIsAwake = true
      },
    })
    this.clouds = pools.map(
      (pool) =>
        new LeanCloud({
          clock,
          random: streamOf(seed, `boots of ${pool.policy.id}`),
          pool,
          onBoot: (name) => this.server.boot(name),
          onOff: (name) => {
            this.server.vanish(name)
            this.machinesChangedAt = clock.now()
          },
        }),
    )
    this.#startNextArrival()
  }

  get queue(): LeanQueue {
    return this.server.queue
  }

  /** The clock for the engine: what it rings wakes the engine. */
  get engineClock(): Clock {
    return {
      now: () => this.clock.now(),
      monotonic: () => this.clock.monotonic(),
      startTimer: (delayMs, ring) =>
        this.clock.startTimer(delayMs, () => {
          this.engineIsAwake = true
          ring()
        }),
    }
  }

  get hasMoreToCome(): boolean {
    return this.#arrived < this.#arrivals.length
  }

  /** Nothing is to be done, and no pool has more than its minimum, or what it has stays, such as for its buffer. */
  get isAtRest(): boolean {
    const { pending, running, waiting } = this.queue
    if (this.hasMoreToCome || pending.size + running.size + waiting.size > 0) return false
    const isLeast = this.pools.every(
      ({ policy }, at) => this.clouds[at]!.size <= Math.max(policy.min, policy.parked.max),
    )
    return isLeast || this.clock.now() - this.changedAt > this.#staysAfterMs
  }

  /** Since when nothing starts, ends, comes or goes. */
  get changedAt(): number {
    return Math.max(this.movedAt, this.machinesChangedAt)
  }

  /** By then whoever is idle would have gone. */
  get #staysAfterMs(): number {
    const longest = this.pools.map(({ policy: { billing, idleTimeoutMs } }) =>
      Math.max(idleTimeoutMs, billing === 'hour' ? HOUR_MS : 0),
    )
    return Math.max(0, ...longest) + DRAIN_MS
  }

  /** One timer for all arrivals: the next one sets it anew. */
  #startNextArrival(): void {
    const next = this.#arrivals[this.#arrived]
    if (!next) return
    this.clock.startTimer(this.startAt + next.atMs - this.clock.now(), () => {
      const nowMs = this.clock.now() - this.startAt
      this.movedAt = this.clock.now()
      for (;;) {
        const arrival = this.#arrivals[this.#arrived]
        if (!arrival || arrival.atMs > nowMs) break
        this.#arrived++
        const job = this.server.order(arrival)
        if (job) this.jobs.push(job)
        else this.unmatched++
      }
      this.#startNextArrival()
    })
  }
}
