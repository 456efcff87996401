import { defineProvider, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { createLocalProvider } from './local-provider.ts'
import { localOptions } from './options.ts'

export { createLocalProvider } from './local-provider.ts'
export { type LocalOptions, localOptions, USUAL_ENVIRONMENT } from './options.ts'

/** Agents as processes on this computer: for one big box, for trying out, for tests. */
export const localProvider: ProviderDefinition<typeof localOptions> = defineProvider({
  name: 'local',
  options: localOptions,
  machinesAt: () => 'here',
  create: createLocalProvider,
})

export default localProvider
