import type { AgentSettings, Log, Provider } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { settingName } from '../config/setting-names.ts'
import type { PoolSettings } from '../settings/cli-schema.ts'
import { userDataRenderer } from '../user-data.ts'
import { labelsOfAgents, placeOfAgents } from './agent-place.ts'

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
