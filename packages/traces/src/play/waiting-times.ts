import type { WaitingTimes } from './trace-result.ts'

/** Mean and percentiles of some times; all 0 without any. */
export function waitingTimes(waitedMs: readonly number[]): WaitingTimes {
  const sorted = waitedMs.toSorted((one, other) => one - other)
  const quantile = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  const sum = sorted.reduce((total, each) => total + each, 0)
  return {
    meanMs: sorted.length === 0 ? 0 : sum / sorted.length,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    maxMs: sorted.at(-1) ?? 0,
  }
}
