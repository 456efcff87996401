import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import {
  type Clock,
  type Log,
  noOrders,
  type Orders,
  type Period,
  Rejected,
  type Spent,
} from '@woodpeckers/autoscaler-core'
import type { OrdersStatus } from '@woodpeckers/autoscaler-observer'
import { z } from 'zod'
import { PartFailed } from '../part-failed.ts'

/** What was spent is written so often, and at the end: what a sudden death forgets is less than that. */
const WRITE_EVERY_MS = 60_000

const period = z.strictObject({ key: z.string(), amounts: z.record(z.string(), z.number().min(0)) })
const spent = z.strictObject({ at: z.number().optional(), day: period, month: period })
const names = z.array(z.string())
const orders = z.strictObject({
  paused: z.union([z.literal('all'), names]),
  drainedPools: names,
  drained: names,
  replaced: names,
  protected: names,
})
/** As programs before orders have written it. */
const first = z.strictObject({ version: z.literal(1), spent })
const schema = z.union([first, z.strictObject({ version: z.literal(2), spent: spent.optional(), orders })])

interface Written {
  readonly version: 2
  readonly spent?: SpentWritten
  readonly orders: OrdersStatus
}

/** What one process leaves to the next. */
export interface KeptState {
  readonly spent?: Spent
  readonly orders?: Orders
}

/**
 * What an earlier process has kept; `undefined`: none has.
 *
 * @throws PartFailed where the file is no such file: to begin from nothing would spend all of it once more
 */
export function readStateFile(path: string): KeptState | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PartFailed('state file', new Rejected((error as Error).message))
  }
  try {
    const kept = schema.parse(JSON.parse(text))
    const asked = kept.version === 2 ? kept.orders : undefined
    return {
      ...(kept.spent && { spent: spentOf(kept.spent) }),
      ...(asked && { orders: ordersOf(asked) }),
    }
  } catch (cause) {
    const wrong = `${path} is not what this program has written; mend it, or remove it to begin from nothing`
    throw new PartFailed('state file', new Rejected(wrong, { cause }))
  }
}

/** Keeps what is spent, and what people ask for; one that cannot be written is told once, until it works again. */
export class StateFile {
  readonly #path: string
  readonly #clock: Clock
  readonly #log: Log
  #writtenAt = Number.NEGATIVE_INFINITY
  #isUnwritten = false
  #spent: Spent | undefined
  #orders: Orders
  #isFailing = false

  /** `kept`: what was read from it, which is written again with what changes. */
  constructor(path: string, clock: Clock, log: Log, kept: KeptState = {}) {
    this.#path = path
    this.#clock = clock
    this.#log = log
    this.#spent = kept.spent
    this.#orders = kept.orders ?? noOrders
  }

  /** To be called after each tick. */
  keep(spent: Spent): void {
    this.#spent = spent
    this.#isUnwritten = true
    if (this.#clock.now() - this.#writtenAt >= WRITE_EVERY_MS) this.flush()
  }

  /** Written at once; answers whether it could be. */
  keepOrders(orders: Orders): boolean {
    this.#orders = orders
    this.#isUnwritten = true
    this.flush()
    return !this.#isFailing
  }

  flush(): void {
    if (!this.#isUnwritten) return
    const written: Written = {
      version: 2,
      ...(this.#spent && { spent: spentToFile(this.#spent) }),
      orders: ordersToFile(this.#orders),
    }
    try {
      // By way of a second file, so that a sudden death leaves a whole one.
      writeFileSync(`${this.#path}.new`, `${JSON.stringify(written, undefined, 2)}\n`, { mode: 0o600 })
      renameSync(`${this.#path}.new`, this.#path)
      this.#isUnwritten = false
      this.#writtenAt = this.#clock.now()
      this.#isFailing = false
    } catch (error) {
      const reason = (error as Error).message
      if (!this.#isFailing)
        this.#log.warn({ path: this.#path }, `the state file cannot be written: ${reason}`)
      this.#isFailing = true
    }
  }
}

type SpentWritten = z.infer<typeof spent>

function spentOf({ at, day, month }: SpentWritten): Spent {
  return { at, readAt: new Map(), day: fromFile(day), month: fromFile(month) }
}

function spentToFile({ at, day, month }: Spent): SpentWritten {
  return { ...(at !== undefined && { at }), day: toFile(day), month: toFile(month) }
}

function fromFile({ key, amounts }: SpentWritten['day']): Period {
  return { key, amounts: new Map(Object.entries(amounts)) }
}

function toFile({ key, amounts }: Period): SpentWritten['day'] {
  return { key, amounts: Object.fromEntries(amounts) }
}

function ordersOf(written: OrdersStatus): Orders {
  return {
    paused: written.paused === 'all' ? 'all' : new Set(written.paused),
    drainedPools: new Set(written.drainedPools),
    drained: new Set(written.drained),
    replaced: new Set(written.replaced),
    protected: new Set(written.protected),
  }
}

/** Orders as plain data. */
export function ordersToFile(given: Orders): OrdersStatus {
  return {
    paused: given.paused === 'all' ? 'all' : [...given.paused],
    drainedPools: [...given.drainedPools],
    drained: [...given.drained],
    replaced: [...given.replaced],
    protected: [...given.protected],
  }
}
