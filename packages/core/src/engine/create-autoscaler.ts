import { FIRST_IDLE_LOOK_MS } from '../evidence/timings.ts'
import { withCancelledDrains } from '../memory/cancelled-drains.ts'
import { observeCreations, withCreations } from '../memory/creations.ts'
import { leftSoon } from '../memory/endings.ts'
import { observeLeftAlone } from '../memory/left-alone.ts'
import { observe } from '../memory/observe.ts'
import { recordOutcome } from '../memory/outcomes.ts'
import { shiftMemory, shiftSnapshot } from '../memory/shift-memory.ts'
import { observeSpend } from '../memory/spend.ts'
import { firstMemory, type Memory } from '../model/memory.ts'
import { poolOfName } from '../model/names.ts'
import { noOrders, type Orders } from '../model/orders.ts'
import { type PoolId, plainPolicy, unlimitedFleet } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import type { MachinesReading, Reading, Snapshot } from '../model/snapshot.ts'
import { readBackInMs } from '../plan/drain-times.ts'
import { makePlan } from '../plan/plan.ts'
import type { PlanInput } from '../plan/plan-input.ts'
import type { ServerSignal } from '../ports/ci-server.ts'
import { formatDuration } from '../settings/duration.ts'
import type { Autoscaler, AutoscalerOptions, ChangeableOptions } from './autoscaler.ts'
import { LeavingPools, leavingPool } from './leaving-pools.ts'
import { defaultLimits } from './limits.ts'
import { Operations } from './operations.ts'
import type { Workbench } from './perform.ts'
import { PoolCloud } from './pool-cloud.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { WakeUps } from './wake-ups.ts'
import { WallClock } from './wall-clock.ts'

/** While the credentials are refused, one look a minute is enough to notice that they are good again. */
const AUTH_RETRY_MS = 60_000
/** At its end the process waits so long for actions under way, then breaks them off: what they began is found again. */
const LAST_ACTIONS_MS = 20_000

/** Puts the parts together: reads everything, plans, acts, reports; again and again. */
export function createAutoscaler(options: AutoscalerOptions): Autoscaler {
  return new Reconciler(options)
}

function jumpText(jumpMs: number): string {
  return `${formatDuration(Math.abs(jumpMs))} ${jumpMs < 0 ? 'back' : 'forward'}`
}

class Reconciler implements Autoscaler {
  #options: AutoscalerOptions
  #clouds: ReadonlyMap<PoolId, PoolCloud> = new Map()
  readonly #operations: Operations
  readonly #wakeUps: WakeUps
  readonly #wallClock: WallClock
  readonly #stop = new AbortController()
  readonly #limits: AutoscalerOptions['limits'] & object
  #memory: Memory
  #streamBrokeAt: number | undefined
  #machines: ReadonlyMap<PoolId, Reading<MachinesReading>> | undefined
  /** When the latest snapshot was begun, by the monotonic clock. */
  #begunAt = 0
  #ticks = 0
  /** Machines that the latest plan left to those who cordoned them. */
  #leftAlone: ReadonlySet<string> = new Set()
  readonly #leaving = new LeavingPools()
  /** Pools that came later, and have not been seen whole yet. */
  readonly #newcomers = new Set<PoolId>()
  #orders: Orders
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: AutoscalerOptions) {
    const { clock, random } = options
    this.#options = options
    this.#limits = options.limits ?? defaultLimits
    this.#orders = options.orders ?? noOrders
    const memory = firstMemory(clock.now())
    this.#memory = {
      ...memory,
      spent: options.spent ?? memory.spent,
      trials: options.trials ?? memory.trials,
      cordonedByOthers: options.cordonedByOthers ?? memory.cordonedByOthers,
    }
    this.#wakeUps = new WakeUps(clock)
    this.#wallClock = new WallClock(clock)
    this.#operations = new Operations(this.#prepare(), random, (outcome) => this.#onOutcome(outcome))
  }

  /** A cloud for each pool, and what performing its actions needs. */
  #prepare(): ReadonlyMap<PoolId, Workbench> {
    const { pools, clock, log, server } = this.#options
    const before = this.#clouds
    this.#clouds = new Map(
      pools.map((pool) => {
        const known = before.get(pool.policy.id)
        const cloud = known?.adopt(pool) ? known : new PoolCloud(pool, clock, this.#limits, log)
        return [pool.policy.id, cloud] as const
      }),
    )
    return new Map(
      pools.map((pool): [PoolId, Workbench] => {
        const cloud = this.#clouds.get(pool.policy.id)!
        return [
          pool.policy.id,
          { server, pool, cloud, clock, limits: this.#limits, signal: this.#stop.signal },
        ]
      }),
    )
  }

  async run(signal: AbortSignal): Promise<void> {
    const { server, clock } = this.#options
    const listening = new AbortController()
    server.listen((what) => this.#onSignal(what), listening.signal)
    try {
      let fresh = true
      let freshAt = clock.monotonic()
      while (!signal.aborted) {
        if (fresh) freshAt = clock.monotonic()
        const { plan, snapshot } = await this.#inTurn(() => this.#tick(fresh))
        const refused = [snapshot.agents, snapshot.queue].some((r) => !r.ok && r.error.kind === 'auth')
        const { intervalMs } = this.#options
        const pauseMs = refused ? Math.max(intervalMs, AUTH_RETRY_MS) : intervalMs
        const dueAt = freshAt + pauseMs
        // At least a millisecond: a step whose time was rounded down would be due again and again.
        const stepInMs = Math.max(1, Math.ceil((plan.wakeAt ?? Number.POSITIVE_INFINITY) - snapshot.takenAt))
        const wake = await this.#wakeUps.next(dueAt, this.#begunAt + stepInMs, signal)
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

  reconfigure(change: ChangeableOptions): Promise<void> {
    return this.#inTurn(async () => {
      const { pools } = this.#options
      const named = new Set(change.pools.map(({ policy }) => policy.id))
      const leaving = pools.filter(({ policy }) => !named.has(policy.id)).map(leavingPool)
      for (const id of named) if (!this.#clouds.has(id)) this.#newcomers.add(id)
      this.#use({ ...change, pools: [...change.pools, ...leaving] })
      this.#wakeUps.within(0)
    })
  }

  #use(change: Partial<ChangeableOptions>): void {
    this.#options = { ...this.#options, ...change }
    this.#operations.useBenches(this.#prepare())
    // Lists of before may be those of other providers.
    this.#machines = undefined
  }

  order(orders: Orders): void {
    const now = this.#options.clock.now()
    const cancelledDrains = withCancelledDrains(this.#memory, this.#orders, orders, now)
    this.#memory = { ...this.#memory, cancelledDrains }
    this.#orders = orders
    this.#wakeUps.within(0)
  }

  wake(): void {
    this.#wakeUps.event()
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
    this.#forgetEmpty(report)
    return report
  }

  #forgetEmpty(report: TickReport): void {
    const { pools, caution } = this.#options
    const empty = this.#leaving.empty(report, pools, caution.listLagMs)
    if (empty.length === 0) return
    this.#use({ pools: pools.filter(({ policy }) => !empty.includes(policy.id)) })
    for (const id of empty) this.#tell(() => this.#options.onForgotten?.(id))
  }

  /** Looks and decides. `fresh`: list the machines anew, as before anything may be ended. */
  async #look(fresh: boolean): Promise<TickReport> {
    const { server, clock, pools, fleet = unlimitedFleet, caution } = this.#options
    this.#begunAt = clock.monotonic()
    const machines = fresh ? undefined : this.#machines
    if (!machines) this.#wakeUps.served()
    this.#mindTheClock()
    const movedMs = this.#wallClock.movedMs
    const taken = await takeSnapshot(
      {
        server,
        clouds: this.#clouds,
        clock,
        limits: this.#limits,
        signal: this.#stop.signal,
        operations: () => this.#operations.underWay,
        streamBrokeAt: () => this.#streamBrokeAt,
        toBeExplained: (queue) =>
          pools.some(({ policy }) => policy.failingAfter > 0)
            ? leftSoon(this.#memory, queue, clock.now())
            : [],
        leftAlone: this.#leftAlone,
        onServerRead: (tookMs) => this.#wakeUps.serverRead(tookMs),
      },
      machines,
    )
    this.#machines = taken.machines
    this.#mindTheClock()
    const seen = shiftSnapshot(taken, this.#wallClock.movedMs - movedMs)
    const creations = observeCreations(this.#memory, seen)
    const snapshot = withCreations(seen, creations)
    const billing = new Map(pools.map(({ policy }) => [policy.id, policy.billing]))
    const allowances = new Map(pools.map(({ policy }) => [policy.id, policy.bootAllowanceMs]))
    const remembered = observe(
      this.#memory,
      snapshot,
      (name) => this.#poolOf(name),
      (id) => allowances.get(id) ?? plainPolicy.bootAllowanceMs,
    )
    const observed = { ...remembered, creations }
    const spent = observeSpend(observed.spent, snapshot, (id) => billing.get(id) ?? 'second')
    const policies = pools.map((pool) => pool.policy)
    const judging = { pools: policies, matching: server.matching }
    const judged = { ...observed, ...observeLeftAlone(observed, snapshot, judging), spent }
    this.#memory = this.#welcome(judged, snapshot)
    const input: PlanInput = {
      snapshot,
      memory: this.#memory,
      pools: policies,
      fleet,
      caution,
      matching: server.matching,
      orders: this.#orders,
      repeatable: new Set(
        pools.flatMap(({ policy, provider }) => (provider.createIsIdempotent ? policy.id : [])),
      ),
    }
    const plan = makePlan(input)
    this.#leftAlone = new Set(
      plan.holds.flatMap(({ because, subject }) => (because === 'cordoned-by-others' ? (subject ?? []) : [])),
    )
    this.#ticks++
    return { tick: this.#ticks, snapshot, input, plan, spent, tookMs: clock.monotonic() - this.#begunAt }
  }

  /** What a pool has when it is first seen was made by whoever had it before, and not by somebody besides us. */
  #welcome(memory: Memory, { agents, machines }: Snapshot): Memory {
    const newcomers = new Set(this.#newcomers)
    if (newcomers.size === 0) return memory
    for (const id of newcomers) if (agents.ok && machines.get(id)?.ok) this.#newcomers.delete(id)
    const strangers = [...memory.strangers].filter(([, { pool }]) => !newcomers.has(pool))
    return { ...memory, strangers: new Map(strangers) }
  }

  #poolOf(name: string): PoolId | undefined {
    const pool = poolOfName(name)
    return pool !== undefined && this.#clouds.has(pool) ? pool : undefined
  }

  /** Whatever was remembered is as long ago as before, although somebody has set the wall clock. */
  #mindTheClock(): void {
    const jumpMs = this.#wallClock.takeJump()
    if (jumpMs === 0) return
    this.#memory = shiftMemory(this.#memory, jumpMs)
    this.#operations.shift(jumpMs)
    this.#leaving.shift(jumpMs)
    if (this.#streamBrokeAt !== undefined) this.#streamBrokeAt += jumpMs
    const { log } = this.#options
    log.warn({ byMs: jumpMs }, `The clock of this computer was set by ${jumpText(jumpMs)}`)
  }

  #onSignal(what: ServerSignal): void {
    this.#mindTheClock()
    switch (what) {
      case 'changed':
        this.#wakeUps.event()
        break
      case 'connected':
        this.#wakeUps.reconnected()
        break
      case 'broken':
        this.#streamBrokeAt = this.#options.clock.now()
        break
      default:
        what satisfies never
    }
  }

  #onOutcome(outcome: Outcome): void {
    this.#mindTheClock()
    this.#memory = recordOutcome(this.#memory, outcome, this.#options.random)
    const { action, result, agent } = outcome
    if (action.kind === 'cordon' && result === 'done' && agent)
      this.#wakeUps.stepWithin(action.round === 'first' ? readBackInMs(agent) : FIRST_IDLE_LOOK_MS)
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
