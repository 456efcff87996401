import {
  type Machine,
  type MachinesReading,
  type Money,
  type PoolId,
  type PoolPolicy,
  type PoolView,
  paidHoursBetween,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import { Amounts, isPrice } from './amounts.ts'

const HOUR_MS = 3_600_000

/** What a pool's machines came to since the tick before; money by the lists that were made anew. */
export interface Charge {
  readonly pool: PoolId
  /** By currency. */
  readonly cost: readonly Money[]
  /** The part of the time in which they had no work: it booted, idled, drained. */
  readonly idle: readonly Money[]
  /** Slots of machines that were there, and those of them that had a task, × time. */
  readonly paidSlotMs: number
  readonly busySlotMs: number
}

interface Doing {
  readonly running: number
  readonly capacity: number
  readonly isParked: boolean
}

type Slots = Pick<Charge, 'paidSlotMs' | 'busySlotMs'>

/**
 * Counts what machines cost and do, as this process sees it, tick by tick: with what each machine did at the tick before,
 * and as the caps on spending are counted (see `Spent`).
 */
export class Ledger {
  #doing: ReadonlyMap<string, Doing> = new Map()
  /** By machine: hours that were paid, and time without work that is not charged yet. */
  #hours = new Map<string, number>()
  #idleMs = new Map<string, number>()
  /** By pool: up to when slots are counted, and money. */
  readonly #slotsAt = new Map<PoolId, number>()
  readonly #readAt = new Map<PoolId, number>()

  onTick({ snapshot, plan, input }: Pick<TickReport, 'snapshot' | 'plan' | 'input'>): readonly Charge[] {
    const { takenAt } = snapshot
    const billing = new Map(input.pools.map((pool) => [pool.id, pool.billing]))
    const doing = new Map<string, Doing>()
    const charges = plan.pools.map((view): Charge => {
      const reading = snapshot.machines.get(view.id)
      note(view, doing)
      // What cannot be read is counted when it can.
      if (!reading?.ok) return { pool: view.id, cost: [], idle: [], paidSlotMs: 0, busySlotMs: 0 }
      const slots = this.#countSlots(view, doing, takenAt)
      const money = this.#charge(view.id, reading.value, billing.get(view.id) ?? 'second', takenAt)
      return { pool: view.id, ...money, ...slots }
    })
    // Without agents and queue nobody knows who works.
    if (snapshot.agents.ok && snapshot.queue.ok) this.#doing = doing
    const isWhole = [...snapshot.machines.values()].every((reading) => reading.ok)
    if (isWhole) this.#forget(snapshot, billing)
    return charges
  }

  /** Hours of a machine that were paid since it was made, as far as this process knows. */
  paidHours(name: string): number {
    return this.#hours.get(name) ?? 0
  }

  #countSlots({ id, members }: PoolView, now: ReadonlyMap<string, Doing>, takenAt: number): Slots {
    const elapsedMs = Math.max(0, takenAt - (this.#slotsAt.get(id) ?? takenAt))
    this.#slotsAt.set(id, takenAt)
    let [paidSlotMs, busySlotMs] = [0, 0]
    for (const { name } of members) {
      const did = this.#doing.get(name) ?? now.get(name)
      if (!did || did.isParked) continue
      paidSlotMs += did.capacity * elapsedMs
      busySlotMs += Math.min(did.running, did.capacity) * elapsedMs
      if (did.running === 0) this.#idleMs.set(name, (this.#idleMs.get(name) ?? 0) + elapsedMs)
    }
    return { paidSlotMs, busySlotMs }
  }

  #charge(
    pool: PoolId,
    { machines, reused }: MachinesReading,
    billing: PoolPolicy['billing'],
    until: number,
  ): Pick<Charge, 'cost' | 'idle'> {
    if (reused) return { cost: [], idle: [] }
    const since = this.#readAt.get(pool) ?? until
    this.#readAt.set(pool, until)
    const cost = new Amounts()
    const idle = new Amounts()
    for (const machine of machines) {
      const { name, hourlyPrice } = machine
      const before = this.#hours.get(name)
      const paid = Math.max(0, paidHoursBetween(machine, billing, since, until))
      this.#hours.set(name, before === undefined ? sinceMade(machine, billing, until) : before + paid)
      const idleMs = before === undefined ? newMs(machine, since, until) : (this.#idleMs.get(name) ?? 0)
      this.#idleMs.delete(name)
      if (!isPrice(hourlyPrice)) continue
      const { amount, currency } = hourlyPrice
      if (paid > 0) cost.add(currency, amount * paid)
      if (idleMs > 0) idle.add(currency, (amount * idleMs) / HOUR_MS)
    }
    return { cost: cost.list(), idle: idle.list() }
  }

  #forget({ machines }: TickReport['snapshot'], pools: ReadonlyMap<PoolId, unknown>): void {
    const names = new Set<string>()
    for (const reading of machines.values())
      for (const { name } of reading.ok ? reading.value.machines : []) names.add(name)
    for (const name of this.#hours.keys()) if (!names.has(name)) this.#hours.delete(name)
    for (const name of this.#idleMs.keys())
      if (!names.has(name) && !this.#doing.has(name)) this.#idleMs.delete(name)
    for (const counted of [this.#slotsAt, this.#readAt])
      for (const id of counted.keys()) if (!pools.has(id)) counted.delete(id)
  }
}

function note({ members }: PoolView, doing: Map<string, Doing>): void {
  for (const { name, state, running, capacity } of members)
    if (state !== 'zombie') doing.set(name, { running, capacity, isParked: state === 'parked' })
}

/** Of one that is seen for the first time: one that is stopped now may have run before, which nobody knows. */
function sinceMade(machine: Machine, billing: PoolPolicy['billing'], until: number): number {
  const { createdAt } = machine
  return createdAt === undefined
    ? 0
    : Math.max(0, paidHoursBetween(machine, billing, Math.min(createdAt - 1, until), until))
}

/** It was made since the list before, and boots. */
function newMs({ createdAt, state }: Machine, since: number, until: number): number {
  return state === 'stopped' ? 0 : Math.max(0, until - Math.max(since, createdAt ?? until))
}
