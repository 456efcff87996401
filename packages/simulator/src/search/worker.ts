import { parentPort, workerData } from 'node:worker_threads'
import type { Violation } from '../checks/verdict.ts'
import { type RunStats, runScenario } from '../run-scenario.ts'
import { makeScenario } from '../scenario/make-scenario.ts'

/** What a worker tells of one seed. */
export interface SeedReport {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly simulatedMs: number
  readonly stats: RunStats
}

const { seeds } = workerData as { readonly seeds: readonly number[] }

for (const seed of seeds) {
  const { violations, simulatedMs, stats } = await runScenario(makeScenario(seed))
  const report: SeedReport = { seed, violations, simulatedMs, stats }
  parentPort?.postMessage(report)
}
