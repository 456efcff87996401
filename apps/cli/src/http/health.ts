import type { TickReport } from '@woodpeckers/autoscaler-core'

/** A tick waits for the server at most so long, three readings one after the other, and for lists of machines. */
const SLOWEST_TICK_MS = 120_000
const INTERVALS = 3

/** Whether the loop turns: its last tick, or its beginning, is not too long ago. */
export function isAlive(lookedAt: number, nowAt: number, intervalMs: number): boolean {
  return nowAt - lookedAt <= Math.max(INTERVALS * intervalMs, SLOWEST_TICK_MS)
}

/** What of the last snapshot is missing, in one word; `undefined`: it is whole. */
export function missingIn(report: TickReport | undefined): string | undefined {
  if (!report) return 'no look yet'
  const { agents, queue, machines } = report.snapshot
  if (!agents.ok) return 'agents unknown'
  if (!queue.ok) return 'queue unknown'
  return [...machines.values()].every(({ ok }) => ok) ? undefined : 'machines unknown'
}
