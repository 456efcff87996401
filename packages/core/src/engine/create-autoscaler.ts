import { CORDON_READ_BACK_MS, FIRST_IDLE_LOOK_MS } from '../evidence/timings.ts'
import { observe } from '../memory/observe.ts'
import { recordOutcome } from '../memory/outcomes.ts'
import { firstMemory, type Memory } from '../model/memory.ts'
import { isNameOfPool } from '../model/names.ts'
import type { PoolId } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import type { MachinesReading, Reading } from '../model/snapshot.ts'
import { makePlan } from '../plan/plan.ts'
import type { ServerSignal } from '../ports/ci-server.ts'
import type { Autoscaler, AutoscalerOptions } from './autoscaler.ts'
import { defaultLimits } from './limits.ts'
import { Operations } from './operations.ts'
import type { Workbench } from './perform.ts'
import { PoolCloud } from './pool-cloud.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { WakeUps } from './wake-ups.ts'

/** While the credentials are refused, one look a minute is enough to notice that they are good again. */
const AUTH_RETRY_MS = 60_000
/** At its end the process waits so long for actions under way, then breaks them off: what they began is found again. */
const LAST_ACTIONS_MS = 20_000

/** Puts the parts together: reads everything, plans, acts, reports; again and again. */
export function createAutoscaler(options: AutoscalerOptions): Autoscaler {
  return new Reconciler(options)
}

class Reconciler implements Autoscaler {
  readonly #options: AutoscalerOptions
  readonly #clouds: ReadonlyMap<PoolId, PoolCloud>
  readonly #operations: Operations
  readonly #wakeUps: WakeUps
  readonly #stop = new AbortController()
  readonly #limits: AutoscalerOptions['limits'] & object
  #memory: Memory
  #streamBrokeAt: number | undefined
  #machines: ReadonlyMap<PoolId, Reading<MachinesReading>> | undefined
  #ticks = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: AutoscalerOptions) {
    const { pools, clock, log, server, random } = options
    this.#options = options
    this.#limits = options.limits ?? defaultLimits
    this.#memory = firstMemory(clock.now())
    this.#wakeUps = new WakeUps(clock)
    this.#clouds = new Map(
      pools.map((pool) => [pool.policy.id, new PoolCloud(pool, clock, this.#limits, log)] as const),
    )
    const benches = new Map(
      pools.map((pool): [PoolId, Workbench] => [
        pool.policy.id,
        {
          server,
          pool,
          cloud: this.#clouds.get(pool.policy.id)!,
          clock,
          limits: this.#limits,
          signal: this.#stop.signal,
        },
      ]),
    )
    this.#operations = new Operations(benches, random, (outcome) => this.#onOutcome(outcome))
  }

  async run(signal: AbortSignal): Promise<void> {
    const { server, clock, intervalMs } = this.#options
    const listening = new AbortController()
    server.listen((what) => this.#onSignal(what), listening.signal)
    try {
      let fresh = true
      let freshAt = clock.now()
      while (!signal.aborted) {
        if (fresh) freshAt = clock.now()
        const { plan, snapshot } = await this.#inTurn(() => this.#tick(fresh))
        const refused = [snapshot.agents, snapshot.queue].some((r) => !r.ok && r.error.kind === 'auth')
        const pauseMs = refused ? Math.max(intervalMs, AUTH_RETRY_MS) : intervalMs
        // The clock may have been set back meanwhile.
        const dueAt = Math.min(freshAt, clock.now()) + pauseMs
        const wake = await this.#wakeUps.next(Math.min(dueAt, plan.wakeAt ?? dueAt), signal)
        fresh = wake === 'due'
      }
    } finally {
      listening.abort()
      await this.#finish()
    }
  }

  tick(): Promise<TickReport> {
    return this.#inTurn(() => this.#tick(true))
  }

  dryRun(): Promise<TickReport> {
    return this.#inTurn(() => this.#look(true))
  }

  settled(): Promise<void> {
    return this.#operations.settled()
  }

  /** Never two at once: each waits for the one before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }

  async #tick(fresh: boolean): Promise<TickReport> {
    const report = await this.#look(fresh)
    for (const action of report.plan.actions) this.#operations.start(action)
    this.#tell(() => this.#options.onTick?.(report))
    return report
  }

  /** Looks and decides. `fresh`: list the machines anew, as before anything may be ended. */
  async #look(fresh: boolean): Promise<TickReport> {
    const { server, clock, pools, caution } = this.#options
    const startedAt = clock.now()
    const machines = fresh ? undefined : this.#machines
    if (!machines) this.#wakeUps.served()
    const snapshot = await takeSnapshot(
      {
        server,
        clouds: this.#clouds,
        clock,
        limits: this.#limits,
        signal: this.#stop.signal,
        operations: () => this.#operations.underWay,
        streamBrokeAt: () => this.#streamBrokeAt,
      },
      machines,
    )
    this.#machines = snapshot.machines
    this.#memory = observe(this.#memory, snapshot, (name) => this.#poolOf(name))
    const plan = makePlan({
      snapshot,
      memory: this.#memory,
      pools: pools.map((pool) => pool.policy),
      caution,
      matching: server.matching,
    })
    this.#ticks++
    return { tick: this.#ticks, snapshot, plan, tookMs: clock.now() - startedAt }
  }

  #poolOf(name: string): PoolId | undefined {
    return this.#options.pools.find(({ policy }) => isNameOfPool(name, policy.id))?.policy.id
  }

  #onSignal(what: ServerSignal): void {
    switch (what) {
      case 'changed':
      case 'connected':
        this.#wakeUps.event()
        break
      case 'broken':
        this.#streamBrokeAt = this.#options.clock.now()
        break
      default:
        what satisfies never
    }
  }

  #onOutcome(outcome: Outcome): void {
    this.#memory = recordOutcome(this.#memory, outcome, this.#options.random)
    const { action, result, at } = outcome
    if (action.kind === 'cordon' && result === 'done') {
      this.#wakeUps.by(at + (action.round === 'first' ? CORDON_READ_BACK_MS : FIRST_IDLE_LOOK_MS))
    }
    this.#tell(() => this.#options.onOutcome?.(outcome))
  }

  /** A report that fails must not stop the work that it reports on. */
  #tell(report: () => void): void {
    try {
      report()
    } catch (error) {
      this.#options.log.error({ err: error }, 'A report could not be made')
    }
  }

  async #finish(): Promise<void> {
    const { clock } = this.#options
    const cancel = clock.startTimer(LAST_ACTIONS_MS, () => this.#stop.abort(new Error('the process ends')))
    await this.#operations.settled()
    cancel()
  }
}
