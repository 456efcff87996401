import type { Money } from '@woodpeckers/autoscaler-core'

/**
 * Presets have prices a month, and are billed by the hour. In the examples of the API's document a month
 * is 732 hours, which is 30.5 days: `monthly_cost` 24297 and `hourly_cost` 33.19.
 */
const HOURS_OF_A_MONTH = 732

/** The price of an hour, in roubles, in which all presets are priced. */
export function hourlyPrice(monthly: number): Money {
  return { amount: Math.round((monthly / HOURS_OF_A_MONTH) * 10_000) / 10_000, currency: 'RUB' }
}
