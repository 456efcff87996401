import {
  type Machine,
  type MachinesReading,
  type Money,
  newMachineSince,
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

/** A member, as it was at the latest look that could tell. */
interface Entry {
  running: number
  capacity: number
  isParked: boolean
  /** Without work, and not charged yet. */
  idleMs: number
  /** That were paid; `undefined`: no list has shown its machine yet. */
  hours: number | undefined
  seenBy: number
}

type Slots = Pick<Charge, 'paidSlotMs' | 'busySlotMs'>

/**
 * Counts what machines cost and do, as this process sees it, tick by tick: with what each machine did at the tick before,
 * and as the caps on spending are counted (see `Spent`).
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>()
  /** By pool: up to when slots are counted, and money. */
  readonly #slotsAt = new Map<PoolId, number>()
  readonly #readAt = new Map<PoolId, number>()
  #looks = 0

  onTick({
    snapshot,
    plan,
    input,
    spent,
  }: Pick<TickReport, 'snapshot' | 'plan' | 'input' | 'spent'>): readonly Charge[] {
    const { takenAt, machines, agents, queue } = snapshot
    this.#looks++
    const billing = new Map(input.pools.map((pool) => [pool.id, pool.billing]))
    const charges = plan.pools.map((view): Charge => {
      const reading = machines.get(view.id)
      const slots = this.#countSlots(view, takenAt, reading?.ok === true, agents.ok && queue.ok)
      // What cannot be read is counted when it can.
      if (!reading?.ok) return { pool: view.id, cost: [], idle: [], ...slots }
      const money = this.#charge(view.id, reading.value, billing.get(view.id) ?? 'second', takenAt, spent)
      return { pool: view.id, ...money, ...slots }
    })
    if (agents.ok && [...machines.values()].every((reading) => reading.ok)) this.#forget(billing)
    return charges
  }

  /** Hours of a machine that were paid since it was made, as far as this process knows. */
  paidHours(name: string): number {
    return this.#entries.get(name)?.hours ?? 0
  }

  /** `isListed`: time counts up to now. `isTold`: agents and queue say who works. */
  #countSlots({ id, members }: PoolView, takenAt: number, isListed: boolean, isTold: boolean): Slots {
    const elapsedMs = isListed ? Math.max(0, takenAt - (this.#slotsAt.get(id) ?? takenAt)) : 0
    if (isListed) this.#slotsAt.set(id, takenAt)
    let [paidSlotMs, busySlotMs] = [0, 0]
    for (const { name, state, running, capacity, sinceAt = takenAt } of members) {
      if (state === 'zombie') continue
      const isParked = state === 'parked'
      const known = this.#entries.get(name)
      const entry = known ?? { running, capacity, isParked, idleMs: 0, hours: undefined, seenBy: 0 }
      if (!known) this.#entries.set(name, entry)
      if (!entry.isParked) {
        const thereMs = known ? elapsedMs : Math.min(elapsedMs, Math.max(0, takenAt - sinceAt))
        paidSlotMs += entry.capacity * thereMs
        busySlotMs += Math.min(entry.running, entry.capacity) * thereMs
        if (entry.running === 0) entry.idleMs += thereMs
      }
      entry.seenBy = this.#looks
      if (!isTold) continue
      entry.running = running
      entry.capacity = capacity
      entry.isParked = isParked
    }
    return { paidSlotMs, busySlotMs }
  }

  #charge(
    pool: PoolId,
    { machines, reused }: MachinesReading,
    billing: PoolPolicy['billing'],
    until: number,
    { listed }: TickReport['spent'],
  ): Pick<Charge, 'cost' | 'idle'> {
    if (reused) return { cost: [], idle: [] }
    const lastReadAt = this.#readAt.get(pool)
    this.#readAt.set(pool, until)
    const cost = new Amounts()
    const idle = new Amounts()
    for (const machine of machines) {
      const entry = this.#entries.get(machine.name)
      if (!entry) continue
      const isNew = entry.hours === undefined
      const since =
        lastReadAt === undefined
          ? until
          : listed.get(machine.name)?.firstAt === until
            ? newMachineSince(machine, lastReadAt)
            : lastReadAt
      const paid = Math.max(0, paidHoursBetween(machine, billing, since, until))
      entry.hours = entry.hours === undefined ? sinceMade(machine, billing, until) : entry.hours + paid
      const idleMs = isNew ? newMs(machine, since, until) : entry.idleMs
      entry.idleMs = 0
      const { hourlyPrice } = machine
      if (!isPrice(hourlyPrice)) continue
      const { amount, currency } = hourlyPrice
      if (paid > 0) cost.add(currency, amount * paid)
      if (idleMs > 0) idle.add(currency, (amount * idleMs) / HOUR_MS)
    }
    return { cost: cost.list(), idle: idle.list() }
  }

  #forget(pools: ReadonlyMap<PoolId, unknown>): void {
    for (const [name, { seenBy }] of this.#entries) if (seenBy !== this.#looks) this.#entries.delete(name)
    for (const counted of [this.#slotsAt, this.#readAt])
      for (const id of counted.keys()) if (!pools.has(id)) counted.delete(id)
  }
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
