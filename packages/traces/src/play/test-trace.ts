import { aPool } from '@woodpeckers/autoscaler-core/testing'
import { TRACE_VERSION, type Trace, type TraceArrival } from '../format/trace.ts'
import type { TracePool, TraceSettings } from './trace-settings.ts'

/** One pool of ten machines that boot for exactly 40 s, at a euro an hour. */
export function aTracePool(policy: Parameters<typeof aPool>[0] = {}): TracePool {
  return {
    policy: aPool({ max: 10, ...policy }),
    boot: { p50Ms: 40_000, p95Ms: 40_000 },
    hourlyPrice: { amount: 1, currency: 'EUR' },
  }
}

export function settingsOf(...pools: readonly TracePool[]): TraceSettings {
  return { pools, intervalMs: 10_000, seed: 1 }
}

/** `[atMs, durationMs]` of each job, in order. */
export function traceOf(jobs: readonly (readonly [number, number])[], labels = { repo: 'acme/app' }): Trace {
  const arrivals = jobs.map(([atMs, durationMs]): TraceArrival => ({ atMs, labels, durationMs }))
  return {
    version: TRACE_VERSION,
    startAt: Date.UTC(2026, 0, 5),
    spanMs: arrivals.at(-1)?.atMs ?? 0,
    arrivals,
  }
}
