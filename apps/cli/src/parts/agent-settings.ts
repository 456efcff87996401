import type { AgentSettings, Labels, Log, Provider } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { settingName } from '../config/setting-names.ts'
import type { PoolSettings } from '../settings/cli-schema.ts'
import { userDataRenderer } from '../user-data.ts'

/** What every agent of a provider's pool is started with. */
export async function agentSettings(
  cli: PoolSettings & Partial<Pick<PoolConfig, 'spelling'>>,
  provider: Provider,
  log: Log,
): Promise<AgentSettings> {
  tellAboutMetadata(cli, provider, log)
  const { render } = await userDataRenderer(cli, provider)
  return {
    labels: labelsOfAgents(cli, provider),
    image: cli.agentImage,
    backend: placeOfAgents(cli, provider).backend,
    environment: cli.agentEnv,
    renderUserData: render,
  }
}

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

/** Two settings that bear on each other: what came of it is said once. */
function tellAboutMetadata(
  pool: Pick<PoolSettings, 'blockMetadata' | 'poolId'> & Partial<Pick<PoolConfig, 'spelling'>>,
  { needsMetadata }: Provider,
  log: Log,
): void {
  if (needsMetadata === undefined) return
  const { blockMetadata } = pool
  const name = settingName(pool, 'blockMetadata')
  if (blockMetadata === undefined) {
    log.info(
      {},
      `user data leaves the metadata service open, which ${needsMetadata} needs; ${name} says otherwise`,
    )
  }
  if (blockMetadata === true) {
    log.warn({}, `${name} is true: nothing on the machines can use ${needsMetadata}`)
  }
}
