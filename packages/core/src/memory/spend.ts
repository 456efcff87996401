import { UNSEEN_MS } from '../evidence/timings.ts'
import type { Machine } from '../model/machine.ts'
import { nothingSpent, type Period, type Spent } from '../model/memory.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'

const HOUR_MS = 3_600_000

/**
 * What was spent, with what the machines of this snapshot cost since each pool's last list. An hour that is paid when it
 * is begun counts whole. Machines that came and went between two looks are not seen, nor those of a time when nobody
 * looked.
 */
export function observeSpend(
  given: Spent,
  { takenAt, machines }: Snapshot,
  billingOf: (pool: string) => PoolPolicy['billing'],
): Spent {
  // Where the clock was set back it is counted on from now; what was spent in this day and this month stays spent.
  const isSetBack = given.at !== undefined && given.at > takenAt
  const spent = isSetBack ? { ...nothingSpent, day: given.day, month: given.month } : given
  const today = dayOf(takenAt)
  const day = periodAt(spent.day, today)
  const month = periodAt(spent.month, today.slice(0, 7))
  // A list of before does not have what was made since: to count up to now would leave out its beginning.
  const news = [...machines].flatMap(([pool, reading]) =>
    reading.ok && !reading.value.reused ? [[pool, reading.value.machines] as const] : [],
  )
  if (news.length === 0) return { ...spent, at: takenAt, day, month }
  const [ofDay, ofMonth] = [new Map(day.amounts), new Map(month.amounts)]
  const readAt = new Map(spent.readAt)
  const listed = new Map<string, { readonly firstAt: number; readonly lastAt: number }>()
  for (const [name, seen] of spent.listed) if (takenAt - seen.lastAt < UNSEEN_MS) listed.set(name, seen)
  const dayAt = Date.parse(today)
  const monthAt = Date.parse(`${today.slice(0, 7)}-01`)
  for (const [pool, listedNow] of news) {
    const lastReadAt = readAt.get(pool)
    readAt.set(pool, takenAt)
    const billing = billingOf(pool)
    for (const machine of listedNow) {
      const known = spent.listed.get(machine.name)
      listed.set(machine.name, { firstAt: known?.firstAt ?? takenAt, lastAt: takenAt })
      const isNew = lastReadAt !== undefined && !known
      const since = isNew
        ? newSince(machine, lastReadAt)
        : (lastReadAt ?? spent.keptReadAt.get(pool) ?? spent.at ?? takenAt)
      add(ofDay, machine, costBetween(machine, billing, Math.max(since, dayAt), takenAt))
      add(ofMonth, machine, costBetween(machine, billing, Math.max(since, monthAt), takenAt))
    }
  }
  return {
    ...spent,
    at: takenAt,
    readAt,
    listed,
    day: { ...day, amounts: ofDay },
    month: { ...month, amounts: ofMonth },
  }
}

function add(amounts: Map<string, number>, { hourlyPrice }: Machine, hours: number): void {
  if (!hourlyPrice || !(hours > 0) || !Number.isFinite(hourlyPrice.amount)) return
  const { amount, currency } = hourlyPrice
  amounts.set(currency, (amounts.get(currency) ?? 0) + Math.max(0, amount) * hours)
}

/**
 * Since when a machine counts that no list has shown before: from its creation, although that may seem to lie before the
 * last list. Lists are late, and clouds tell whole seconds.
 */
export function newSince({ createdAt }: Machine, lastReadAt: number): number {
  const isOfLate = createdAt !== undefined && lastReadAt - createdAt < HOUR_MS
  return isOfLate ? Math.min(lastReadAt, createdAt - 1) : lastReadAt
}

/** Hours that were paid for between two moments. */
export function costBetween(
  { createdAt, state }: Machine,
  billing: PoolPolicy['billing'],
  since: number,
  until: number,
): number {
  // Where stopping saves nothing, pools stop no machines.
  if (state === 'stopped') return 0
  // Whose hours begin when, nobody knows without the moment that it was made.
  const madeAt = createdAt ?? since
  const hoursAt = (at: number): number => {
    if (at < madeAt) return 0
    const hours = (at - madeAt) / HOUR_MS
    return billing === 'hour' && createdAt !== undefined ? Math.floor(hours) + 1 : hours
  }
  return hoursAt(until) - hoursAt(since)
}

/** A clock that is wrong for a moment, and then right again, finds what was spent before. */
function periodAt(period: Period, key: string): Period {
  if (period.key === key) return period
  const { before, ...left } = period
  return { ...(before?.key === key ? before : { key, amounts: new Map() }), before: left }
}

/** `2026-01-31`, by UTC. */
function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
