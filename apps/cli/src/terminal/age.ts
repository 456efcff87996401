import { formatDuration } from '@woodpeckers/autoscaler-core'

/** How long ago it was; two clocks may differ by a little, and nothing is younger than nothing. */
export function age(sinceAt: number, nowAt: number): string {
  return formatDuration(Math.max(nowAt - sinceAt, 0))
}
