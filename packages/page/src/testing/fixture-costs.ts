import type { CostStatus, Phase } from '@woodpeckers/autoscaler-observer'
import type { FixturePool, FleetLife } from './fleet-life.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function costOf(pools: readonly FixturePool[], life: FleetLife, now: number): CostStatus {
  const hourly = life.present.reduce((sum, { pool }) => sum + pools[pool]!.hourlyPrice, 0)
  const today = spentToday(pools, life, now)
  const sinceMidnightMs = now % DAY_MS
  return {
    hourly: [euros(hourly)],
    today: [euros(today)],
    projectedToday: [euros(today + (hourly * (DAY_MS - sinceMidnightMs)) / HOUR_MS)],
    idleToday: [euros(spentToday(pools, life, now, 'busy'))],
  }
}

/** Since midnight (UTC), in euros; but for what was paid while they did `except`. */
export function spentToday(
  pools: readonly FixturePool[],
  { machines }: FleetLife,
  now: number,
  except?: Phase['doing'],
): number {
  const midnight = now - (now % DAY_MS)
  const prices = new Map(pools.map(({ id, hourlyPrice }) => [id, hourlyPrice]))
  let sum = 0
  for (const { pool, phases, toAt = now } of machines) {
    phases.forEach(({ doing, fromAt }, place) => {
      if (doing === except) return
      const ms = Math.max(0, (phases[place + 1]?.fromAt ?? toAt) - Math.max(fromAt, midnight))
      sum += (ms / HOUR_MS) * (prices.get(pool) ?? 0)
    })
  }
  return sum
}

export function euros(amount: number): { readonly amount: number; readonly currency: string } {
  return { amount, currency: 'EUR' }
}
