import type {
  AgentSettings,
  AutoscalerOptions,
  CiServer,
  Log,
  Pool,
  Provider,
} from '@woodpeckers/autoscaler-core'
import { closeAll } from './parts/close-all.ts'
import { openProvider } from './parts/open-provider.ts'
import { openServer } from './parts/open-server.ts'
import type { CliSettings } from './settings/cli-schema.ts'
import type { LoadedSettings } from './settings/load-settings.ts'
import type { Surroundings } from './surroundings.ts'
import { userDataRenderer } from './user-data.ts'

/** Everything that the settings describe, made and not yet begun. */
export interface Assembly {
  readonly server: CiServer
  readonly provider: Provider
  readonly pool: Pool
  /** The rest of what the engine takes. */
  readonly options: Pick<AutoscalerOptions, 'caution' | 'intervalMs'>
  close(): Promise<void>
}

/**
 * Makes server, provider and pool from the settings.
 *
 * @throws PartFailed where the provider cannot be made
 */
export async function assemble(
  settings: LoadedSettings,
  surroundings: Surroundings,
  log: Log,
): Promise<Assembly> {
  const { cli } = settings
  const server = await openServer(cli, surroundings, log)
  const provider = await openProvider(settings, cli.poolId, surroundings, log)
  return {
    server,
    provider,
    pool: await poolOf(cli, server, provider),
    options: {
      intervalMs: cli.reconciliationInterval,
      caution: {
        graceAfterRestartMs: cli.restartGrace,
        longestPipelineMs: cli.longestPipeline,
        listLagMs: cli.listLag,
        poweredOffMs: cli.poweredOffTimeout,
      },
    },
    close: () => closeAll([server, provider], surroundings.clock),
  }
}

async function poolOf(cli: LoadedSettings['cli'], server: CiServer, provider: Provider): Promise<Pool> {
  const platform = provider.platform ?? { platform: 'linux/amd64', backend: 'docker' }
  return {
    provider,
    policy: {
      id: cli.poolId,
      min: cli.minAgents,
      max: cli.maxAgents,
      workflowsPerAgent: cli.workflowsPerAgent,
      offer: server.offerOf({ labels: cli.agentLabels, ...platform }),
      idleTimeoutMs: cli.agentIdleTimeout,
      inactivityTimeoutMs: cli.agentInactivityTimeout,
      billingTeardownMarginMs: cli.agentBillingTeardownMargin,
      billing: provider.billing ?? 'second',
      parked: { max: cli.stoppedMax, forMs: cli.stoppedFor },
      keepFailed: cli.keepFailed,
    },
    agent: await agentSettings(cli),
  }
}

/** What every agent is started with. */
export async function agentSettings(cli: CliSettings): Promise<AgentSettings> {
  const { render } = await userDataRenderer(cli)
  return {
    labels: cli.agentLabels,
    image: cli.agentImage,
    environment: cli.agentEnv,
    renderUserData: render,
  }
}
