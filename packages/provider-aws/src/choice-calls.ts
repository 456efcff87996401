import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeSpotPriceHistoryCommand,
  type DescribeSpotPriceHistoryCommandInput,
} from '@aws-sdk/client-ec2'
import type { Clock, Money } from '@woodpeckers/autoscaler-core'
import { allPages } from './all-pages.ts'
import type { ChoiceApi } from './api.ts'
import type { Calls } from './calls.ts'
import { codeOf } from './errors.ts'

/** What there is to choose from in one region, through the SDK. */
export function choiceCalls(
  { region, call }: Calls,
  clock: Clock,
): Omit<ChoiceApi, 'parameter' | 'onDemandPrices'> {
  return {
    async image(id, signal) {
      const { Images } = await call('DescribeImages', signal, async (client, http) => {
        try {
          return await client.send(new DescribeImagesCommand({ ImageIds: [id] }), http)
        } catch (thrown) {
          if (codeOf(thrown).startsWith('InvalidAMIID.')) return { Images: [] }
          throw thrown
        }
      })
      return Images?.[0]
    },

    instanceTypes: (names, signal) =>
      allPages(`DescribeInstanceTypes in ${region}`, async (token) => {
        // As a filter, a type that the region does not have is no mistake.
        const filter =
          names.length > 0
            ? { Name: 'instance-type', Values: [...names] }
            : { Name: 'current-generation', Values: ['true'] }
        const input = { Filters: [filter], MaxResults: 100, ...token }
        const page = await call('DescribeInstanceTypes', signal, (client, http) =>
          client.send(new DescribeInstanceTypesCommand(input), http),
        )
        return { items: page.InstanceTypes, next: page.NextToken }
      }),

    async zonesOfTypes(signal) {
      const offered = await allPages(`DescribeInstanceTypeOfferings in ${region}`, async (token) => {
        const input = { LocationType: 'availability-zone', MaxResults: 1_000, ...token } as const
        const page = await call('DescribeInstanceTypeOfferings', signal, (client, http) =>
          client.send(new DescribeInstanceTypeOfferingsCommand(input), http),
        )
        return { items: page.InstanceTypeOfferings, next: page.NextToken }
      })
      const byType = Map.groupBy(offered, ({ InstanceType }) => String(InstanceType))
      return new Map(
        [...byType].map(([type, each]) => [type, each.map(({ Location }) => Location ?? '').toSorted()]),
      )
    },

    async spotPrices(types, signal) {
      // From now on: of each zone only the price that holds.
      const StartTime = new Date(clock.now())
      const filter: DescribeSpotPriceHistoryCommandInput = {
        StartTime,
        ProductDescriptions: ['Linux/UNIX'],
        ...(types.length > 0 && { InstanceTypes: [...types] as NonNullable<typeof filter.InstanceTypes> }),
      }
      const history = await allPages(`DescribeSpotPriceHistory in ${region}`, async (token) => {
        const input = { ...filter, MaxResults: 1_000, ...token }
        const page = await call('DescribeSpotPriceHistory', signal, (client, http) =>
          client.send(new DescribeSpotPriceHistoryCommand(input), http),
        )
        return { items: page.SpotPriceHistory, next: page.NextToken }
      })
      const prices = new Map<string, Map<string, Money>>()
      // AWS names no currency: all is in dollars but in China.
      const currency = region.startsWith('cn-') ? 'CNY' : 'USD'
      for (const { InstanceType: type, AvailabilityZone: zone, SpotPrice } of history) {
        if (type === undefined || zone === undefined || !(Number(SpotPrice) > 0)) continue
        const zones = prices.get(type) ?? new Map<string, Money>()
        prices.set(type, zones)
        // The latest comes first.
        if (!zones.has(zone)) zones.set(zone, { amount: Number(SpotPrice), currency })
      }
      return prices
    },
  }
}
