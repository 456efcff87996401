import type { Action, Outcome, PoolId, TickReport } from '@woodpeckers/autoscaler-core'
import type { Counter, Histogram } from 'prom-client'
import { Ledger } from '../cost/ledger.ts'
import { BootPhases, type BootStep } from './boot-phases.ts'
import { BOOT_SECONDS, CALL_SECONDS, type Maker, WAIT_SECONDS } from './make.ts'
import { QueueWaits } from './queue-waits.ts'
import { currencyLabel } from './state-gauges.ts'

const ACTIONS = Object.keys({
  launch: true,
  start: true,
  cordon: true,
  uncordon: true,
  park: true,
  terminate: true,
  forget: true,
} satisfies Record<Action['kind'], true>) as readonly Action['kind'][]

const RESULTS: readonly Outcome['result'][] = ['done', 'refused', 'failed']

/** What happened since the process began: counted at each tick and each outcome. */
export class FlowCounters {
  readonly #ticks: Counter
  readonly #tickSeconds: Histogram
  readonly #decisions: Counter<'pool' | 'kind' | 'because'>
  readonly #outcomes: Counter<'pool' | 'kind' | 'result'>
  readonly #waits: Histogram<'pool'>
  readonly #boots: Histogram<'pool' | 'phase'>
  readonly #cost: Counter<'pool' | 'currency'>
  readonly #idleCost: Counter<'pool' | 'currency'>
  readonly #busySeconds: Counter<'pool'>
  readonly #paidSeconds: Counter<'pool'>
  readonly #queueWaits = new QueueWaits()
  readonly #bootPhases = new BootPhases()
  readonly #ledger = new Ledger()
  readonly #pools = new Set<PoolId>()

  constructor(make: Maker) {
    this.#ticks = make.counter('ticks_total', 'Looks at server and clouds.')
    this.#tickSeconds = make.histogram(
      'tick_duration_seconds',
      'Reading and deciding, without acting.',
      [],
      CALL_SECONDS,
    )
    this.#decisions = make.counter('decisions_total', 'Steps that were decided, by what and why.', [
      'pool',
      'kind',
      'because',
    ])
    this.#outcomes = make.counter(
      'outcomes_total',
      'What came of steps: done, refused by the last look before the act, failed.',
      ['pool', 'kind', 'result'],
    )
    this.#waits = make.histogram(
      'queue_wait_seconds',
      'From the first look in which an agent could have started a task to the first in which one had it; pool: of that agent, empty where it is none of ours.',
      ['pool'],
      WAIT_SECONDS,
    )
    this.#boots = make.histogram(
      'boot_phase_seconds',
      'Of machines that were launched: asked-to-created (the calls), created-to-connected (the boot), connected-to-work (until its first task).',
      ['pool', 'phase'],
      BOOT_SECONDS,
    )
    this.#cost = make.counter(
      'cost_total',
      'What machines have cost since the process began, as far as their prices are known.',
      ['pool', 'currency'],
    )
    this.#idleCost = make.counter(
      'idle_cost_total',
      'What the time cost in which machines had no task: booting, idle, draining.',
      ['pool', 'currency'],
    )
    this.#busySeconds = make.counter(
      'busy_slot_seconds_total',
      'Slots that had a task, times the time: by paid_slot_seconds_total it is the utilisation.',
      ['pool'],
    )
    this.#paidSeconds = make.counter(
      'paid_slot_seconds_total',
      'Slots of machines that were there and not stopped, times the time.',
      ['pool'],
    )
  }

  onTick(report: TickReport): void {
    this.#ticks.inc()
    this.#tickSeconds.observe(Math.max(0, report.tookMs) / 1_000)
    for (const { id } of report.plan.pools) this.#begin(id)
    this.#decided(report.plan.actions)
    for (const { pool = '', waitedMs } of this.#queueWaits.onTick(report))
      this.#waits.observe({ pool }, waitedMs / 1_000)
    this.#booted(this.#bootPhases.onTick(report))
    for (const { pool, cost, idle, paidSlotMs, busySlotMs } of this.#ledger.onTick(report)) {
      for (const { currency, amount } of cost)
        this.#cost.inc({ pool, currency: currencyLabel(currency) }, amount)
      for (const { currency, amount } of idle)
        this.#idleCost.inc({ pool, currency: currencyLabel(currency) }, amount)
      this.#busySeconds.inc({ pool }, busySlotMs / 1_000)
      this.#paidSeconds.inc({ pool }, paidSlotMs / 1_000)
    }
  }

  onOutcome(outcome: Outcome): void {
    const { action, result } = outcome
    this.#outcomes.inc({ pool: action.pool, kind: action.kind, result })
    this.#booted(this.#bootPhases.onOutcome(outcome))
  }

  /** Three thousand launches are a few labels. */
  #decided(actions: readonly Action[]): void {
    const alike = Map.groupBy(actions, ({ pool, kind, because }) => `${pool}\n${kind}\n${because}`)
    for (const [first, ...more] of alike.values()) {
      const { pool, kind, because } = first!
      this.#decisions.inc({ pool, kind, because }, 1 + more.length)
    }
  }

  #booted(steps: readonly BootStep[]): void {
    for (const { pool, phase, tookMs } of steps) this.#boots.observe({ pool, phase }, tookMs / 1_000)
  }

  /** From 0 on, so that the first of a kind is seen as an increase. */
  #begin(pool: PoolId): void {
    if (this.#pools.has(pool)) return
    this.#pools.add(pool)
    this.#waits.zero({ pool })
    for (const kind of ACTIONS) for (const result of RESULTS) this.#outcomes.inc({ pool, kind, result }, 0)
  }
}
