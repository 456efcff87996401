import type { Sample } from '@woodpeckers/autoscaler-observer'

/** One pool's numbers at a time, in words; what is not there is left out. */
export function areaTotals(sample: Sample | undefined, pool: number): string {
  if (!sample) return 'nothing seen yet'
  const parts: readonly (readonly [number, string])[] = [
    [sample.demand[pool] ?? 0, 'waiting'],
    [sample.busy[pool] ?? 0, 'busy'],
    [sample.free[pool] ?? 0, 'idle'],
    [sample.booting[pool] ?? 0, 'booting'],
    [sample.draining[pool] ?? 0, 'draining'],
  ]
  const there = parts.filter(([number]) => number > 0)
  return there.map(([number, word]) => `${number} ${word}`).join(' · ') || 'nothing waits or runs'
}
