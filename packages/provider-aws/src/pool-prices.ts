import type { Log } from '@woodpeckers/autoscaler-core'
import { KnownPrices, type Market } from './known-prices.ts'
import type { AwsOptions } from './options.ts'
import { type AwsSite, offeringsOf } from './site.ts'

/** Prices of the machine types that the settings name, in the markets where they are launched. */
export function poolPrices({ options, regions, clock }: AwsSite, log: Log): KnownPrices {
  const offerings = offeringsOf(options)
  const places = [...regions.values()].map((api) => {
    const here = offerings.filter(({ region }) => region === api.region)
    return { api, types: here.map(({ instanceType }) => instanceType) }
  })
  return new KnownPrices({ places, markets: marketsOf(options), clock, log })
}

/** Where machines are launched, in the order to try. */
export function marketsOf({
  useSpotInstances,
  spotFallback,
}: AwsOptions): readonly [Market, ...(readonly Market[])] {
  if (!useSpotInstances) return ['on-demand']
  return spotFallback ? ['spot', 'on-demand'] : ['spot']
}
