import type { Machine } from '../model/machine.ts'
import type { Period, Spent } from '../model/memory.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'

const HOUR_MS = 3_600_000

/**
 * What was spent, with what the machines of this snapshot cost since the last one. An hour that is paid when it is
 * begun counts whole. Machines that came and went between two looks are not seen, nor those of a time when nobody looked.
 */
export function observeSpend(
  spent: Spent,
  snapshot: Snapshot,
  billingOf: (pool: string) => PoolPolicy['billing'],
): Spent {
  const { takenAt, machines } = snapshot
  const since = spent.at ?? takenAt
  if (takenAt <= since && spent.at !== undefined) return spent
  const day = periodAt(spent.day, dayOf(takenAt))
  const month = periodAt(spent.month, dayOf(takenAt).slice(0, 7))
  const costs = new Map<string, number>()
  for (const [pool, reading] of machines) {
    // The list of an earlier look serves too: its machines run on until they are missing.
    for (const machine of reading.ok ? reading.value.machines : []) {
      const cost = costBetween(machine, billingOf(pool), since, takenAt)
      if (!cost) continue
      costs.set(cost.currency, (costs.get(cost.currency) ?? 0) + cost.amount)
    }
  }
  return { at: takenAt, day: withCosts(day, costs), month: withCosts(month, costs) }
}

function costBetween(
  { hourlyPrice, createdAt, state }: Machine,
  billing: PoolPolicy['billing'],
  since: number,
  until: number,
): { readonly currency: string; readonly amount: number } | undefined {
  // Where stopping saves nothing, pools stop no machines.
  if (!hourlyPrice || state === 'stopped') return undefined
  const madeAt = Math.min(createdAt ?? since, until)
  const hoursAt = (at: number): number => {
    if (at < madeAt) return 0
    const hours = (at - madeAt) / HOUR_MS
    return billing === 'hour' ? Math.floor(hours) + 1 : hours
  }
  return {
    currency: hourlyPrice.currency,
    amount: hourlyPrice.amount * (hoursAt(until) - hoursAt(since)),
  }
}

function periodAt(period: Period, key: string): Period {
  return period.key === key ? period : { key, amounts: new Map() }
}

function withCosts({ key, amounts }: Period, costs: ReadonlyMap<string, number>): Period {
  if (costs.size === 0) return { key, amounts }
  const sums = new Map(amounts)
  for (const [currency, amount] of costs) sums.set(currency, (sums.get(currency) ?? 0) + amount)
  return { key, amounts: sums }
}

/** `2026-01-31`, by UTC. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
