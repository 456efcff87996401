import type { Explanation } from '@woodpeckers/autoscaler-core'
import { preciseDuration } from '../format/duration.ts'

/** Since when a machine boots, and how long that usually takes. */
export function bootingWords({ sinceAt, usuallyMs }: Explanation['booting'][number], now: number): string {
  const since = `boots for ${preciseDuration(now - sinceAt)}`
  if (usuallyMs === undefined) return `${since}; how long it takes was not seen yet`
  const leftMs = sinceAt + usuallyMs - now
  const usual = `usually ${preciseDuration(usuallyMs)}`
  return leftMs > 0
    ? `${since}, ${usual}: about ${preciseDuration(leftMs)} more`
    : `${since}, ${usual}: longer than most`
}
