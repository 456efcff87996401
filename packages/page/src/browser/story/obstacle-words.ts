import type { Explanation } from '@woodpeckers/autoscaler-core'
import { clip } from '../format/clip.ts'

type Obstacle = NonNullable<Explanation['pools'][number]['obstacle']>

/** The one label in the way, in a sentence. */
export function obstacleWords({ label, offered, demanded }: Obstacle): string {
  const name = clip(label, 200).shown
  if (demanded !== undefined) return `takes only tasks with ${name}=${clip(demanded, 200).shown}`
  return offered === undefined
    ? `does not offer the label ${name}`
    : `offers ${name}=${clip(offered, 200).shown} instead`
}
