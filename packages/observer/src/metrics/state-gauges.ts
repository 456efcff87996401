import { fateCause, type MemberState, type TickReport } from '@woodpeckers/autoscaler-core'
import type { Gauge } from 'prom-client'
import { HOLD_CAUSES } from '../events/hold-levels.ts'
import { slotsOf } from '../history/samples.ts'
import { hourlyCost, isSeenWhole } from '../status/pool-status.ts'
import type { Maker } from './make.ts'

const MEMBER_STATES = Object.keys({
  launching: true,
  booting: true,
  idle: true,
  busy: true,
  draining: true,
  drained: true,
  cordoned: true,
  parked: true,
  silent: true,
  lost: true,
  orphan: true,
  zombie: true,
  ending: true,
} satisfies Record<MemberState, true>) as readonly MemberState[]

/** How things stand: set at a scrape, from the latest tick. */
export class StateGauges {
  readonly #tasks: Gauge<'state'>
  readonly #waiting: Gauge<'because'>
  readonly #demand: Gauge<'pool'>
  readonly #slots: Gauge<'pool' | 'kind'>
  readonly #machines: Gauge<'pool' | 'state'>
  readonly #min: Gauge<'pool'>
  readonly #max: Gauge<'pool'>
  readonly #paused: Gauge<'pool'>
  readonly #holds: Gauge<'cause'>
  readonly #hourly: Gauge<'pool' | 'currency'>
  readonly #spent: Gauge<'currency'>
  readonly #whole: Gauge

  constructor(make: Maker) {
    this.#tasks = make.gauge(
      'tasks',
      'Tasks in the queue: pending (an agent could start it), waiting (on other tasks), running. Nothing while the queue cannot be read.',
      ['state'],
    )
    this.#waiting = make.gauge(
      'pending_tasks',
      'Pending tasks by what the plan counts on for them (free-slot, booting, launched, called-back, shares), or the cause of the hold that keeps them waiting.',
      ['because'],
    )
    this.#demand = make.gauge(
      'demanded_slots',
      'Slots wanted by pending tasks that agents of the pool could take; a task counts for each such pool.',
      ['pool'],
    )
    this.#slots = make.gauge(
      'slots',
      'Slots by what they are for: busy (has a task), free, booting (of machines that come up), draining (of machines that get no more tasks).',
      ['pool', 'kind'],
    )
    this.#machines = make.gauge('machines', 'Agents with their machines, by where they are in their life.', [
      'pool',
      'state',
    ])
    this.#min = make.gauge(
      'pool_min_machines',
      'Machines that are kept, work or not, as the settings and schedules say now.',
      ['pool'],
    )
    this.#max = make.gauge(
      'pool_max_machines',
      'The most machines that there may be, as the settings and schedules say now.',
      ['pool'],
    )
    this.#paused = make.gauge('pool_paused', 'Whether somebody has paused the pool: 1, or 0.', ['pool'])
    this.#holds = make.gauge('holds', 'Steps that are not taken, by the cause.', ['cause'])
    this.#hourly = make.gauge(
      'hourly_cost',
      'What the machines that run now cost an hour, as far as their prices are known.',
      ['pool', 'currency'],
    )
    this.#spent = make.gauge(
      'spent_today',
      'What all machines have cost today (UTC), as the caps on spending count it.',
      ['currency'],
    )
    this.#whole = make.gauge(
      'snapshot_whole',
      'Whether agents, queue and all lists of machines could be read in the latest look: 1, or 0.',
    )
  }

  fill(report: TickReport): void {
    const { plan, snapshot, input, spent } = report
    for (const gauge of [this.#tasks, this.#waiting, this.#demand, this.#slots, this.#machines]) gauge.reset()
    for (const gauge of [this.#min, this.#max, this.#paused, this.#hourly, this.#spent]) gauge.reset()
    for (const [state, count] of Object.entries(plan.queue ?? {})) this.#tasks.set({ state }, count)
    for (const [because, count] of waitingBy(report)) this.#waiting.set({ because }, count)
    this.#fillHolds(plan)
    const { paused } = input.orders
    for (const pool of plan.pools) {
      const { id } = pool
      if (isSeenWhole(report, id)) this.#fillMembers(pool)
      this.#min.set({ pool: id }, pool.min)
      this.#max.set({ pool: id }, pool.max)
      this.#paused.set({ pool: id }, paused === 'all' || paused.has(id) ? 1 : 0)
      for (const { currency, amount } of hourlyCost(pool))
        this.#hourly.set({ pool: id, currency: currencyLabel(currency) }, amount)
    }
    for (const [currency, amount] of spent.day.amounts)
      this.#spent.set({ currency: currencyLabel(currency) }, amount)
    const readings = [snapshot.agents, snapshot.queue, ...snapshot.machines.values()]
    this.#whole.set(readings.every(({ ok }) => ok) ? 1 : 0)
  }

  #fillMembers(pool: TickReport['plan']['pools'][number]): void {
    const { id } = pool
    const { demand, ...slots } = slotsOf(pool)
    this.#demand.set({ pool: id }, demand)
    for (const [kind, count] of Object.entries(slots)) this.#slots.set({ pool: id, kind }, count)
    const states = new Map(MEMBER_STATES.map((state) => [state, 0]))
    for (const { state } of pool.members) states.set(state, (states.get(state) ?? 0) + 1)
    for (const [state, count] of states) this.#machines.set({ pool: id, state }, count)
  }

  #fillHolds({ holds }: TickReport['plan']): void {
    const counts = new Map(HOLD_CAUSES.map((cause) => [cause, 0]))
    // One hold speaks for all the tasks that match nothing.
    for (const { because, wanted } of holds)
      counts.set(because, (counts.get(because) ?? 0) + (because === 'no-pool-matches' ? (wanted ?? 1) : 1))
    for (const [cause, count] of counts) this.#holds.set({ cause }, count)
  }
}

/** A provider's word: a currency has three letters, and whatever else it says must not become labels without end. */
export function currencyLabel(currency: string): string {
  return /^[A-Z]{3}$/.test(currency) ? currency : 'other'
}

function waitingBy({ snapshot, plan }: TickReport): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { id, state } of snapshot.queue.ok ? snapshot.queue.value.tasks : []) {
    if (state !== 'pending') continue
    const fate = plan.fates.get(id)
    const because = fate ? fateCause(fate) : 'unknown'
    counts.set(because, (counts.get(because) ?? 0) + 1)
  }
  return counts
}
