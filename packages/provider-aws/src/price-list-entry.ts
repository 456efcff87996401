import type { Money } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

const entrySchema = z.object({
  product: z.object({ attributes: z.object({ instanceType: z.string() }) }),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.object({
        priceDimensions: z.record(
          z.string(),
          z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
        ),
      }),
    ),
  }),
})

interface PricedType {
  readonly instanceType: string
  readonly price: Money
}

/** One entry of the price list, which is a text of JSON; `undefined`: it says no price by the hour. */
export function hourlyPriceOf(entry: string): PricedType | undefined {
  const read = entrySchema.safeParse(parsed(entry))
  if (!read.success) return undefined
  const { product, terms } = read.data
  for (const { priceDimensions } of Object.values(terms.OnDemand)) {
    for (const { unit, pricePerUnit } of Object.values(priceDimensions)) {
      const [currency, amount] = Object.entries(pricePerUnit)[0] ?? []
      // What a reservation has paid already stands in the list at 0.
      if (unit !== 'Hrs' || currency === undefined || !(Number(amount) > 0)) continue
      return { instanceType: product.attributes.instanceType, price: { amount: Number(amount), currency } }
    }
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
