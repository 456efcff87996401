import { type Log, type Orders, type PoolId, poolOfName, type TickReport } from '@woodpeckers/autoscaler-core'
import type { About } from '@woodpeckers/autoscaler-observer'
import { changedOrders } from './changed-orders.ts'
import type { Order } from './order.ts'
import { alreadySo, listed, orderText, tooLate } from './order-words.ts'

/** Whether the next process will know of it. */
export type Kept = 'kept' | 'no-file' | 'not-written'

export type OrderAnswer =
  | { readonly ok: true; readonly text: string; readonly orders: Orders; readonly kept: Kept }
  | { readonly ok: false; readonly status: 404 | 409; readonly error: string }

/** What became an order, for the events. */
export interface OrderGiven {
  readonly text: string
  readonly about: About
}

export interface OrderBookOptions {
  /** What an earlier process was asked for. */
  readonly orders: Orders
  /** Pools that run now. */
  readonly pools: () => readonly PoolId[]
  /** Tells the engine. */
  readonly order: (orders: Orders) => void
  /** Keeps them for the next process. */
  readonly keep: (orders: Orders) => Kept
  readonly onGiven: (given: OrderGiven) => void
  readonly log: Log
}

/** Orders about a machine that is in no list for so long are over: it is gone. */
const GONE_AFTER_MS = 10 * 60_000

/** What people have asked for: who may, is decided before. Each order is told to the engine, the file, the log and the events. */
export class OrderBook {
  readonly #options: OrderBookOptions
  #orders: Orders
  #machines: ReadonlySet<string> = new Set()
  /** Those of them that were made by hand. */
  #standing: ReadonlySet<string> = new Set()
  #ending: ReadonlySet<string> = new Set()
  readonly #missingSince = new Map<string, number>()

  constructor(options: OrderBookOptions) {
    this.#options = options
    this.#orders = options.orders
  }

  get orders(): Orders {
    return this.#orders
  }

  give(order: Order): OrderAnswer {
    const { verb, subject, isTakenBack, by } = order
    const pools = this.#options.pools()
    const what = this.#find(order, pools)
    if ('error' in what) return { ok: false, ...what }
    const ends = (verb === 'drain' || verb === 'replace') && !isTakenBack
    if (ends && !what.isPool && this.#standing.has(subject)) {
      const error = `${subject} was made by hand: it is never ended, and stopped when it has been idle for long enough`
      return { ok: false, status: 409, error }
    }
    const next = changedOrders(this.#orders, order, what.isPool, pools)
    if (next === undefined) return { ok: false, status: 409, error: alreadySo(order, what.name) }
    const isLate =
      isTakenBack && !what.isPool && (verb === 'drain' || verb === 'replace') && this.#ends(subject)
    const text = orderText(order, what.name)
    const kept = this.#take(next)
    const pool = what.isPool ? subject : poolOfName(subject)
    const about: About = {
      action: verb,
      because: isTakenBack ? 'taken-back' : 'asked-for',
      ...(subject === 'all' || pool === undefined ? {} : { pool }),
      ...(what.isPool ? {} : { subject }),
    }
    this.#options.log.info({ order: verb, subject, by, ...(isTakenBack && { takenBack: true }) }, text)
    this.#options.onGiven({ text, about })
    if (isLate) return { ok: false, status: 409, error: tooLate(subject) }
    return { ok: true, text, orders: next, kept }
  }

  /** Whether it is too late to keep the machine: its record is being deleted, or it is there no more. */
  #ends(name: string): boolean {
    return this.#ending.has(name) || !this.#machines.has(name)
  }

  /** Takes over what another process, which shares the state file, was asked for. */
  adopt(orders: Orders): void {
    this.#orders = orders
    this.#options.order(orders)
    this.#options.log.info({}, 'took over orders that another process has written into the state file')
  }

  /** Knows the machines by it, and forgets orders about those that are gone. */
  onTick({ plan, snapshot }: TickReport): void {
    const members = plan.pools.flatMap((pool) => pool.members)
    this.#machines = new Set(members.map(({ name }) => name))
    this.#ending = new Set([
      ...members.flatMap(({ name, state }) => (state === 'ending' ? name : [])),
      ...plan.actions.flatMap((action) => (action.kind === 'terminate' ? action.name : [])),
    ])
    this.#standing = new Set(members.flatMap(({ name, standing }) => (standing === undefined ? [] : [name])))
    const isWhole = snapshot.agents.ok && [...snapshot.machines.values()].every(({ ok }) => ok)
    if (!isWhole) return
    const { drained, replaced, protected: kept } = this.#orders
    const gone = new Set<string>()
    for (const name of new Set([...drained, ...replaced, ...kept])) {
      const since = this.#missingSince.get(name) ?? snapshot.takenAt
      if (this.#machines.has(name)) this.#missingSince.delete(name)
      else if (snapshot.takenAt - since >= GONE_AFTER_MS) gone.add(name)
      else this.#missingSince.set(name, since)
    }
    if (gone.size === 0) return
    for (const name of gone) this.#missingSince.delete(name)
    this.#take({
      ...this.#orders,
      drained: drained.difference(gone),
      replaced: replaced.difference(gone),
      protected: kept.difference(gone),
    })
  }

  #take(orders: Orders): Kept {
    this.#orders = orders
    this.#options.order(orders)
    return this.#options.keep(orders)
  }

  #find(
    { verb, subject, isTakenBack }: Order,
    pools: readonly PoolId[],
  ): { readonly isPool: boolean; readonly name: string } | { readonly status: 404; readonly error: string } {
    const takesPool = verb === 'pause' || verb === 'drain'
    if (verb === 'pause' && subject === 'all') return { isPool: true, name: 'all pools' }
    // What was asked for what is gone may be taken back all the same.
    const { paused, drainedPools, ...ofMachines } = this.#orders
    const asked = new Set([...(paused === 'all' ? [] : paused), ...drainedPools])
    const isPool = pools.includes(subject) || (isTakenBack && asked.has(subject))
    if (takesPool && isPool) return { isPool: true, name: `pool ${subject}` }
    if (verb === 'pause') {
      return { status: 404, error: `there is no pool "${subject}"; there are ${listed([...pools, 'all'])}` }
    }
    const known =
      this.#machines.has(subject) ||
      (isTakenBack && Object.values(ofMachines).some((names) => names.has(subject)))
    if (known) return { isPool: false, name: subject }
    const there = [...(takesPool ? pools : []), ...this.#machines]
    const noun = takesPool ? 'pool or machine' : 'machine'
    return {
      status: 404,
      error: `there is no ${noun} "${subject}"; ${there.length > 0 ? `there are ${listed(there)}` : 'there is none'}`,
    }
  }
}
