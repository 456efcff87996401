import type { Offering } from '@woodpeckers/autoscaler-core'
import type { Left } from './left.ts'
import type { TrialResult } from './run-trial.ts'
import type { Step } from './steps.ts'
import type { Trial } from './trial.ts'

export interface TrialJson {
  readonly provider: string
  readonly pool: string
  /** Name of the machine and its agent. */
  readonly name: string
  readonly ok: boolean
  /** What was to be tried first. */
  readonly offering?: Offering
  readonly steps: readonly Step[]
  readonly left: readonly Left[]
}

/** A test for programs. */
export function trialToJson(
  { pool, name }: Trial,
  provider: string,
  { ok, look, left }: TrialResult,
  steps: readonly Step[],
): TrialJson {
  return { provider, pool, name, ok, ...(look?.offering && { offering: look.offering }), steps, left }
}
