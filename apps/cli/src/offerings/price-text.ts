import type { Money } from '@woodpeckers/autoscaler-core'

/** Four digits behind the point: an hour of a small machine costs less than a cent. */
export function priceText({ amount, currency }: Money): string {
  return `${amount.toFixed(4)} ${currency}`
}
