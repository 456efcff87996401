import {
  leftAloneKey,
  nothingSpent,
  type Orders,
  type Period,
  type Spent,
  type Trials,
} from '@woodpeckers/autoscaler-core'
import type { OrdersStatus } from '@woodpeckers/autoscaler-observer'
import { z } from 'zod'
import { mergeOrders, mergeSets, mergeSpent, mergeTrials } from './merge-sections.ts'

/** What one process leaves to the next, by the name of its section in the state file. */
export interface KeptState {
  readonly spent?: Spent
  readonly orders?: Orders
  readonly trials?: Trials
  /** Names of agents. */
  readonly cordonedByOthers?: ReadonlySet<string>
}

/** How one section of the state file is read, written and merged. */
export interface StateSection<T> {
  /** @throws where the value is not what `write` returns, in this version or an earlier one */
  readonly read: (written: unknown) => T
  /** Returns plain JSON; equal values give equal JSON. */
  readonly write: (value: T) => unknown
  /** Two processes may write one file during a rolling update. `base`: the value that both started from. */
  readonly merge: (base: T | undefined, ours: T, theirs: T) => T
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
const launched = z.strictObject({
  pool: z.string(),
  configuration: z.string(),
  machineType: z.string().optional(),
  at: z.number(),
  taskId: z.string().optional(),
  taskClass: z.string().optional(),
  hasRegistered: z.boolean(),
})
const registered = z.strictObject({
  name: z.string(),
  pool: z.string(),
  configuration: z.string(),
  machineType: z.string().optional(),
  launchedAt: z.number(),
  at: z.number(),
  labels: z.record(z.string(), z.string()),
  slots: z.number(),
})
const leftAlone = z.strictObject({
  pool: z.string(),
  taskClass: z.string(),
  by: z.array(z.strictObject({ name: z.string(), launchedAt: z.number(), at: z.number() })),
})
const trials = z.strictObject({
  launched: z.record(z.string(), launched),
  registered: z.array(registered),
  leftAlone: z.array(leftAlone),
})

/** A new section needs an entry here and its type in `KeptState`; a damaged section does not affect the others. */
export const stateSections: {
  readonly [Name in keyof KeptState]-?: StateSection<NonNullable<KeptState[Name]>>
} = {
  spent: { read: (written) => spentOf(spent.parse(written)), write: spentToFile, merge: mergeSpent },
  orders: { read: (written) => ordersOf(orders.parse(written)), write: plainOrders, merge: mergeOrders },
  trials: { read: (written) => trialsOf(trials.parse(written)), write: trialsToFile, merge: mergeTrials },
  cordonedByOthers: {
    read: (written) => new Set(names.parse(written)),
    write: (cordoned) => [...cordoned].sort(),
    merge: (base = new Set(), ours, theirs) => mergeSets(base, ours, theirs),
  },
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

type TrialsWritten = z.infer<typeof trials>

function trialsOf({ launched, registered, leftAlone }: TrialsWritten): Trials {
  const entries = Object.entries(launched).map(
    ([name, { taskId, taskClass, machineType, ...rest }]) =>
      [
        name,
        {
          ...rest,
          machineType,
          ...(taskId !== undefined && { taskId }),
          ...(taskClass !== undefined && { taskClass }),
        },
      ] as const,
  )
  return {
    launched: new Map(entries),
    registered: registered.map(({ machineType, ...rest }) => ({ ...rest, machineType })),
    leftAlone: new Map(leftAlone.map((each) => [leftAloneKey(each.pool, each.taskClass), each])),
  }
}

function trialsToFile({ launched, registered, leftAlone }: Trials): unknown {
  return { launched: Object.fromEntries(launched), registered, leftAlone: [...leftAlone.values()] }
}
