import {
  type AutoscalerOptions,
  type CiServer,
  type Log,
  namePrefix,
  type Pool,
  type Provider,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
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

const CREATE_DEADLINE_MS = 30_000

/** Makes server, provider and pool from the settings. Throws one of the errors of the provider or the server. */
export async function assemble(
  { cli, definition, providerOptions }: LoadedSettings,
  { clock, random, parts }: Surroundings,
  log: Log,
): Promise<Assembly> {
  const server = await parts.connectServer({
    url: cli.serverUrl,
    token: cli.serverToken,
    grpcAddr: cli.grpcAddr,
    grpcSecure: cli.grpcSecure,
    clock,
    random,
    log,
  })
  const provider = await withDeadline(
    clock,
    CREATE_DEADLINE_MS,
    undefined,
    () => new Transient(`provider ${definition.name} did not get ready within 30s`),
    async () =>
      definition.create({
        options: providerOptions,
        pool: { id: cli.poolId, namePrefix: namePrefix(cli.poolId), labels: cli.agentLabels },
        log,
        clock,
        random,
      }),
  )
  return {
    server,
    provider,
    pool: poolOf(cli, server, provider),
    options: {
      intervalMs: cli.reconciliationInterval,
      caution: {
        graceAfterRestartMs: cli.restartGrace,
        longestPipelineMs: cli.longestPipeline,
        listLagMs: cli.listLag,
      },
    },
    async close() {
      await Promise.allSettled([server.close(), provider.close?.()])
    },
  }
}

function poolOf(cli: LoadedSettings['cli'], server: CiServer, provider: Provider): Pool {
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
    },
    agent: {
      labels: cli.agentLabels,
      image: cli.agentImage,
      environment: cli.agentEnv,
      renderUserData: userDataRenderer(cli),
    },
  }
}
