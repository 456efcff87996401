import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
} from '@aws-sdk/client-ec2'
import { allPages } from './all-pages.ts'
import type { ChoiceApi } from './api.ts'
import type { Calls } from './calls.ts'
import { codeOf } from './errors.ts'

/** What there is to choose from in one region, through the SDK. */
export function choiceCalls({ region, call }: Calls): Omit<ChoiceApi, 'parameter'> {
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
  }
}
