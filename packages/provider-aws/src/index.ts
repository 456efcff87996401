import {
  defineProvider,
  machinesOfCloud,
  type ProviderContext,
  type ProviderDefinition,
} from '@woodpeckers/autoscaler-core'
import { type AccountOptions, accountOptions } from './account-options.ts'
import { awsOptions } from './options.ts'

export type { AwsProvider } from './aws-provider.ts'
export type { Surroundings } from './ec2.ts'
export { type AwsOptions, awsOptions } from './options.ts'

/** Agents on Amazon EC2. The SDK, which is large, is loaded when a provider is made. */
export const awsProvider: ProviderDefinition<typeof awsOptions> = defineProvider({
  name: 'aws',
  options: awsOptions,
  // As the SDK takes it.
  machinesAt: () => machinesOfCloud(process.env['AWS_ENDPOINT_URL_EC2'] ?? process.env['AWS_ENDPOINT_URL']),
  create: async (context) => {
    const { createAwsProvider } = await import('./aws-provider.ts')
    return createAwsProvider(context)
  },
  browse: {
    options: accountOptions,
    catalogue: async (context: ProviderContext<AccountOptions>, call) => {
      const { browseAws } = await import('./browse.ts')
      return await browseAws(context, call)
    },
  },
})

export default awsProvider
