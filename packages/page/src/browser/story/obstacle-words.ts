import type { Explanation } from '@woodpeckers/autoscaler-core'
import { clip } from '../format/clip.ts'

type Obstacle = NonNullable<Explanation['pools'][number]['obstacle']>

/** The one label in the way, in a sentence. */
export function obstacleWords({ label, offered, demanded }: Obstacle): string {
  const wanted = clip(label, 200).shown
  if (demanded !== undefined) return `takes only tasks with ${clip(demanded, 200).shown}`
  if (offered === undefined) return `does not offer ${wanted}`
  const [name] = wanted.split('=', 1)
  return `offers ${name}=${clip(offered, 200).shown}, not ${wanted}`
}
