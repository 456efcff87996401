import type { EventView } from '@woodpeckers/autoscaler-observer'
import type { FixturePool, FleetLife } from './fleet-life.ts'

const HOUR_MS = 3_600_000

/** Launches and ends of the last hour. */
export function eventsOf(
  { machines }: FleetLife,
  pools: readonly FixturePool[],
  now: number,
): readonly EventView[] {
  const told: Omit<EventView, 'seq'>[] = []
  for (const { name, pool, fromAt, toAt } of machines.filter(({ fromAt }) => fromAt > now - HOUR_MS)) {
    const { offering } = pools.find(({ id }) => id === pool)!
    const base = { tick: Math.floor(fromAt / 15_000) % 10_000, pool, subject: name }
    told.push({
      ...base,
      at: fromAt,
      kind: 'decision',
      action: 'launch',
      because: 'demand',
      text: `Launch a machine in ${pool}: a task waits, and no slot is free or booting.`,
    })
    told.push({
      ...base,
      at: fromAt + 2_100,
      kind: 'outcome',
      action: 'launch',
      result: 'done',
      tookMs: 2_100,
      text: `${name} was launched as ${offering} in 2.1 s.`,
    })
    if (toAt === undefined) continue
    told.push({
      ...base,
      at: toAt,
      kind: 'outcome',
      action: 'terminate',
      result: 'done',
      tookMs: 900,
      text: `${name} was ended: it had no work for 5 min.`,
    })
  }
  return told.sort((one, other) => one.at - other.at).map((event, seq) => ({ ...event, seq }))
}
