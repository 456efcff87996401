import type { Labels, Provider } from '@woodpeckers/autoscaler-core'
import type { PoolSettings } from '../settings/cli-schema.ts'

/** Where agents run, as `offerOf` takes it: the machine's platform, and the backend that runs jobs. */
export function placeOfAgents(
  { agentBackend }: Pick<PoolSettings, 'agentBackend'>,
  { platform = USUAL_PLACE }: Pick<Provider, 'platform'>,
): NonNullable<Provider['platform']> {
  return agentBackend === undefined ? platform : { ...platform, backend: agentBackend }
}

const USUAL_PLACE = { platform: 'linux/amd64', backend: 'docker' } as const

/** The user's labels, over those that the provider asks for. */
export function labelsOfAgents(
  { agentLabels }: Pick<PoolSettings, 'agentLabels'>,
  provider: Pick<Provider, 'agentLabels'>,
): Labels {
  return { ...provider.agentLabels, ...agentLabels }
}
