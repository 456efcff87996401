import {
  type AutoscalerOptions,
  type CiServer,
  createShare,
  type Log,
  namePrefix,
  type Pool,
  type Provider,
  Rejected,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { PartFailed } from './part-failed.ts'
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
/** A provider that never closes must not keep a program from ending. */
const CLOSE_DEADLINE_MS = 5_000

/**
 * Makes server, provider and pool from the settings.
 *
 * @throws PartFailed where the provider cannot be made
 */
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
    () => new Transient('it did not get ready within 30s'),
    async () =>
      withNeeded(
        await definition.create({
          options: providerOptions,
          pool: { id: cli.poolId, namePrefix: namePrefix(cli.poolId), labels: cli.agentLabels },
          log,
          clock,
          random,
          share: createShare(),
        }),
      ),
  ).catch((thrown) => {
    throw new PartFailed(`provider ${definition.name}`, thrown)
  })
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
      const closing = () => Promise.allSettled([server.close(), provider.close?.()])
      const late = () => new Transient(`provider ${definition.name} did not close within 5s`)
      await withDeadline(clock, CLOSE_DEADLINE_MS, undefined, late, closing).catch(() => {})
    },
  }
}

const NEEDED = ['deployAgent', 'removeAgent', 'listDeployedAgentNames'] as const

/** Types do not reach a provider written in JavaScript. */
function withNeeded(provider: Provider | undefined): Provider {
  const missing = NEEDED.filter((key) => typeof provider?.[key] !== 'function')
  if (provider && missing.length === 0) return provider
  throw new Rejected(
    `its create() must answer the functions ${NEEDED.join(', ')}; it lacks ${missing.join(', ')}`,
  )
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
