import { defineProvider, machinesOfCloud, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { browseHetzner, createHetznerProvider } from './hetzner-provider.ts'
import { accountOptions, hetznerOptions } from './options.ts'

export { createHetznerProvider } from './hetzner-provider.ts'
export { HETZNER_ENDPOINT, type HetznerOptions, hetznerOptions } from './options.ts'

/** Machines at Hetzner Cloud. */
export const hetznerProvider: ProviderDefinition<typeof hetznerOptions> = defineProvider({
  name: 'hetznercloud',
  options: hetznerOptions,
  machinesAt: ({ endpoint }) => machinesOfCloud(endpoint),
  create: (context) => createHetznerProvider(context),
  browse: { options: accountOptions, catalogue: browseHetzner },
})

export default hetznerProvider
