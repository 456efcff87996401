import { noOrders, nothingSpent, type Orders, type Period, type Spent } from '@woodpeckers/autoscaler-core'
import type { OrdersStatus } from '@woodpeckers/autoscaler-observer'
import { z } from 'zod'

/** What one process leaves to the next. */
export interface KeptState {
  readonly spent?: Spent
  readonly orders?: Orders
}

const period = z.strictObject({ key: z.string(), amounts: z.record(z.string(), z.number().min(0)) })
const spent = z.strictObject({
  at: z.number().optional(),
  readAt: z.record(z.string(), z.number()).optional(),
  day: period,
  month: period,
})
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

/** @throws where the text is none that `textOfState` has made, now or before there were orders */
export function stateOfText(text: string): KeptState {
  const kept = schema.parse(JSON.parse(text))
  return {
    ...(kept.spent && { spent: spentOf(kept.spent) }),
    ...(kept.version === 2 && { orders: ordersOf(kept.orders) }),
  }
}

export function textOfState(state: KeptState): string {
  const written = {
    version: 2,
    ...(state.spent && { spent: spentToFile(state.spent) }),
    orders: plainOrders(state.orders ?? noOrders),
  }
  return `${JSON.stringify(written, undefined, 2)}\n`
}

type SpentWritten = z.infer<typeof spent>

function spentOf({ at, readAt = {}, day, month }: SpentWritten): Spent {
  const keptReadAt = new Map(Object.entries(readAt))
  return { ...nothingSpent, at, keptReadAt, day: fromFile(day), month: fromFile(month) }
}

function spentToFile({ at, readAt, keptReadAt, day, month }: Spent): SpentWritten {
  return {
    ...(at !== undefined && { at }),
    readAt: Object.fromEntries([...keptReadAt, ...readAt]),
    day: toFile(day),
    month: toFile(month),
  }
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

/** Orders as JSON can say them. */
export function plainOrders(given: Orders): OrdersStatus {
  return {
    paused: given.paused === 'all' ? 'all' : [...given.paused],
    drainedPools: [...given.drainedPools],
    drained: [...given.drained],
    replaced: [...given.replaced],
    protected: [...given.protected],
  }
}
