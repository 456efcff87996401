import type { Clock } from '@woodpeckers/autoscaler-core'

/** Now, as Woodpecker writes times. */
export function unixSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000)
}
