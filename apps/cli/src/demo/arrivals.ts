import type { PipelineOrder } from '@woodpeckers/autoscaler-emulators'

/** A pipeline that arrives so long after the start of the demo. */
export interface Arrival {
  readonly afterMs: number
  readonly pipeline: PipelineOrder
}

const SECOND_MS = 1_000
/** When the same begins again, with `--keep`. */
export const ROUND_MS: number = 480 * SECOND_MS

/** A quiet start, a burst, a larger one while the first still runs, and a straggler for machines that idle. */
export const arrivals: readonly Arrival[] = [
  { afterMs: 15 * SECOND_MS, pipeline: matrix('acme/shop', 'test', [45, 60, 75, 40]) },
  {
    afterMs: 110 * SECOND_MS,
    pipeline: matrix('acme/api', 'build', [60, 80, 50, 90, 70, 60, 40, 75, 65, 55]),
  },
  { afterMs: 200 * SECOND_MS, pipeline: chain('acme/docs', [30, 40]) },
  { afterMs: 290 * SECOND_MS, pipeline: matrix('acme/shop', 'test', [50, 40, 60]) },
]

function matrix(repo: string, name: string, seconds: readonly number[]): PipelineOrder {
  return {
    repo,
    workflows: seconds.map((duration, at) => ({
      name: `${name}-${at + 1}`,
      durationMs: duration * SECOND_MS,
    })),
  }
}

function chain(repo: string, [first = 0, second = 0]: readonly number[]): PipelineOrder {
  return {
    repo,
    workflows: [
      { name: 'build', durationMs: first * SECOND_MS },
      { name: 'publish', durationMs: second * SECOND_MS, dependsOn: ['build'] },
    ],
  }
}
