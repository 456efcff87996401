import { defineProvider, machinesOfCloud, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { browseTimeweb } from './browse.ts'
import { accountOptions, timewebOptions } from './options.ts'
import { createTimewebProvider } from './timeweb-provider.ts'

export { type TimewebOptions, timewebOptions } from './options.ts'
export { createTimewebProvider } from './timeweb-provider.ts'

/** Agents on servers of Timeweb Cloud. */
export const timewebProvider: ProviderDefinition<typeof timewebOptions> = defineProvider({
  name: 'timewebcloud',
  options: timewebOptions,
  machinesAt: ({ apiUrl }) => machinesOfCloud(apiUrl),
  create: (context) => createTimewebProvider(context),
  browse: { options: accountOptions, catalogue: browseTimeweb },
})

export default timewebProvider
