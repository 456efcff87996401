import { type Random, seededRandom } from '@woodpeckers/autoscaler-core'

/**
 * A stream of chance of its own for each purpose, all from one seed: what one part of the world draws does not
 * change what another part gets, so a scenario with one fault less stays alike in everything else.
 */
export function streamOf(seed: number, purpose: string): Random {
  let hash = 2_166_136_261
  for (const letter of `${seed}/${purpose}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619)
  return seededRandom(hash >>> 0)
}
