import type { Filter, PricingClient, PricingClientConfig } from '@aws-sdk/client-pricing'
import type { Money } from '@woodpeckers/autoscaler-core'
import { allPages } from './all-pages.ts'
import { toOutsideError } from './errors.ts'
import { type Patience, patiently } from './patience.ts'
import { hourlyPriceOf } from './price-list-entry.ts'

/** What ordinary Linux machines cost, by AWS's price list. */
export interface PriceList {
  /** An hour of each type in a region, of all types where none are named; those without a price are left out. */
  read(region: string, types: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Money>>
  close(): void
}

/** The price list, asked at the nearest of the few places that have it. The SDK's part for it is loaded when first asked. */
export function openPriceList(config: PricingClientConfig, near: string, patience: Patience): PriceList {
  let client: PricingClient | undefined
  const region = placeOfPrices(near)
  const asked = { action: 'GetProducts', service: 'pricing', region } as const
  const passes = ({ kind }: { kind: string }) => kind === 'transient' || kind === 'rate-limited'

  const entries = async (filters: readonly Filter[], signal: AbortSignal) => {
    const sdk = await import('@aws-sdk/client-pricing')
    signal.throwIfAborted()
    client ??= new sdk.PricingClient({ ...config, region })
    const pricing = client
    return await allPages('GetProducts', async (token) => {
      const input = { ServiceCode: 'AmazonEC2', Filters: [...filters], MaxResults: 100, ...token }
      const page = await patiently(patience, passes, signal, async () => {
        try {
          return await pricing.send(new sdk.GetProductsCommand(input), { abortSignal: signal })
        } catch (thrown) {
          signal.throwIfAborted()
          throw toOutsideError(thrown, asked)
        }
      })
      // The SDK makes objects of its own out of the texts.
      const list: readonly unknown[] | undefined = page.PriceList
      return { items: list?.map(String), next: page.NextToken }
    })
  }

  return {
    async read(of, types, signal) {
      const wanted = types.length === 0 ? [[]] : types.map((type) => [equal('instanceType', type)])
      const prices = new Map<string, Money>()
      for (const filter of wanted) {
        for (const entry of await entries([...ORDINARY, equal('regionCode', of), ...filter], signal)) {
          const found = hourlyPriceOf(entry)
          if (found) prices.set(found.instanceType, found.price)
        }
      }
      return prices
    },
    close: () => client?.destroy(),
  }
}

function equal(Field: string, Value: string): Filter {
  return { Type: 'TERM_MATCH', Field, Value }
}

/** One entry of the list for each machine type: without these there are dozens. */
const ORDINARY: readonly Filter[] = [
  equal('operatingSystem', 'Linux'),
  equal('preInstalledSw', 'NA'),
  equal('tenancy', 'Shared'),
  equal('capacitystatus', 'Used'),
  equal('marketoption', 'OnDemand'),
]

/** https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html */
function placeOfPrices(region: string): string {
  if (region.startsWith('cn-')) return 'cn-northwest-1'
  if (region.startsWith('eu-')) return 'eu-central-1'
  if (region.startsWith('ap-')) return 'ap-south-1'
  return 'us-east-1'
}
