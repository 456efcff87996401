import { formatDuration } from '@woodpeckers/autoscaler-core'
import type { DemoWorld } from './demo-world.ts'

/** How the jobs fared, and what it cost. */
export interface Summary {
  readonly jobs: number
  readonly done: number
  readonly waitsMs: readonly number[]
  readonly busyMs: number
  readonly machines: number
  readonly machineMs: number
  readonly cost: { readonly amount: number; readonly currency: string }
}

/** Reads it off the emulated server's database and the emulated cloud's books. */
export function summarize({ server, cloud }: DemoWorld): Summary {
  const pipelines = [...server.database.pipelines.values()]
  const jobs = pipelines.flatMap(({ created, workflows }) =>
    workflows.map((workflow) => ({ created, workflow })),
  )
  const begun = jobs.filter(({ workflow }) => workflow.started > 0)
  return {
    jobs: jobs.length,
    done: jobs.filter(({ workflow }) => workflow.state === 'success').length,
    waitsMs: begun.map(({ created, workflow }) => (workflow.started - created) * 1_000).sort((a, b) => a - b),
    busyMs: begun.reduce((sum, { workflow }) => sum + workflow.durationMs, 0),
    machines: cloud.books.length,
    machineMs: cloud.machineMs(),
    cost: cloud.cost(),
  }
}

export function summaryRows(summary: Summary): readonly (readonly [string, string])[] {
  const { jobs, done, waitsMs, busyMs, machines, machineMs, cost } = summary
  const share = machineMs > 0 ? Math.round((100 * busyMs) / machineMs) : 0
  return [
    ['jobs', `${jobs}, of which ${done} are done`],
    [
      'waiting',
      `half of them at most ${formatDuration(quantile(waitsMs, 0.5))}, 95% at most ${formatDuration(quantile(waitsMs, 0.95))}`,
    ],
    [
      'machines',
      `${machines}, for ${formatDuration(machineMs)} in all; at work for ${formatDuration(busyMs)} (${share}%)`,
    ],
    ['cost', `${cost.amount.toFixed(4)} ${cost.currency}`],
  ]
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}
