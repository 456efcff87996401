import type { Variant } from '../evidence/variants.ts'
import type { Labels } from '../model/labels.ts'
import type { UnmatchedTask } from '../model/plan.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Matching } from '../ports/ci-server.ts'

/** The one label in the way of a task, and what is there in its place. */
export type LabelInTheWay = Omit<UnmatchedTask['obstacles'][number], 'pool'>

/** Why agents with these labels cannot take the task; `undefined`: they can. */
export function labelInTheWay(task: Labels, agent: Labels, matching: Matching): LabelInTheWay | undefined {
  const obstacle = matching.obstacle(task, agent)
  if (!obstacle) return undefined
  const { key, wanted, offered, demanded } = obstacle
  const label = wanted === undefined ? key : `${key}=${wanted}`
  return { label, offered, ...(demanded && { demanded: `${key}=${offered}` }) }
}

/** Why no agent of the pool can ever take the task; `undefined`: some can. */
export function obstacleOfPool(
  task: Labels,
  { machineLabel }: PoolPolicy,
  variants: readonly Variant[],
  matching: Matching,
): LabelInTheWay | undefined {
  const found = variants.map(({ labels }) => labelInTheWay(task, labels, matching))
  if (found.includes(undefined)) return undefined
  // What is in the way whatever the machine type says more than the type of one of them.
  return found.find((each) => each!.label.split('=', 1)[0] !== machineLabel) ?? found[0]
}

/** The obstacle as words, to follow `the pool …` or `it`. */
export function obstacleText({ label, offered, demanded }: LabelInTheWay): string {
  if (demanded !== undefined) return `takes only tasks labelled ${demanded}`
  return `has no ${label}${offered === undefined ? '' : `, but ${offered}`}`
}
