import { aPool } from '@woodpeckers/autoscaler-core/testing'
import { generateTrace, paidHours, simulateTrace } from '@woodpeckers/autoscaler-traces'
import { title } from './measure.ts'
import { count, table } from './table.ts'

const MINUTE_MS = 60_000

/** A week of bursts where machines are paid by the started hour: ended by the hour, and by idle time alone. */
export async function benchPaidHours(): Promise<void> {
  title('A week of 4,000 jobs, paid by the started hour')
  const week = generateTrace({ kind: 'bursty', jobs: 4_000, seed: 3, days: 7 })
  const rows: (readonly string[])[] = []
  for (const [name, billing] of [
    ['kept until shortly before the paid hour ends', 'hour'],
    ['ended after ten idle minutes', 'second'],
  ] as const) {
    const policy = aPool({
      max: 60,
      billing,
      idleTimeoutMs: 10 * MINUTE_MS,
      billingTeardownMarginMs: 5 * MINUTE_MS,
    })
    const boot = { p50Ms: 40_000, p95Ms: 40_000 }
    const pools = [{ policy, boot, hourlyPrice: { amount: 0.01, currency: 'EUR' } }]
    const result = await simulateTrace(week, { pools, intervalMs: 10_000, seed: 1 })
    const { begun, begunIdle, earliestEndMs } = paidHours(result)
    rows.push([
      name,
      count(begun),
      String(begunIdle),
      `${(earliestEndMs / MINUTE_MS).toFixed(1)} min`,
      count(result.launches),
      `${(result.waiting.p95Ms / 1_000).toFixed(1)} s`,
    ])
  }
  table(['', 'hours paid', 'begun without work', 'earliest end in its hour', 'launches', 'waiting p95'], rows)
}
