import {
  type AutoscalerOptions,
  type CiServer,
  createShare,
  type Log,
  type Pool,
  type PoolPolicy,
  type Provider,
  type ProviderContext,
} from '@woodpeckers/autoscaler-core'
import type { Config, PoolConfig } from './config/config.ts'
import { agentSettings, labelsOfAgents } from './parts/agent-settings.ts'
import { closeAll } from './parts/close-all.ts'
import { openProvider } from './parts/open-provider.ts'
import { openServer } from './parts/open-server.ts'
import { standingAgents } from './parts/standing-agents.ts'
import type { ProcessSettings } from './settings/cli-schema.ts'
import type { Surroundings } from './surroundings.ts'

/** A pool of the config, ready for the engine. */
export interface OpenPool {
  readonly config: PoolConfig
  readonly provider: Provider
  readonly pool: Pool
}

/** Everything that the config describes, made and not yet begun. */
export interface Assembly {
  readonly server: CiServer
  readonly pools: readonly OpenPool[]
  /** All that the engine takes of it. */
  readonly options: Pick<AutoscalerOptions, 'server' | 'pools' | 'caution' | 'intervalMs'>
  /** One for the process: pools of one account have their limiter and their lists together. */
  readonly share: ProviderContext<unknown>['share']
  close(): Promise<void>
}

/**
 * Makes server, providers and pools.
 *
 * @throws PartFailed where a provider cannot be made
 */
export async function assemble(config: Config, surroundings: Surroundings, log: Log): Promise<Assembly> {
  const server = await openServer(config.server, surroundings, log)
  const share = createShare()
  const pools: OpenPool[] = []
  const close = () => closeAll([server, ...pools.map(({ provider }) => provider)], surroundings.clock)
  try {
    for (const pool of config.pools) pools.push(await openPool(pool, server, { ...surroundings, log, share }))
  } catch (error) {
    await close()
    throw error
  }
  const options = { server, pools: pools.map(({ pool }) => pool), ...loopOf(config.process) }
  return { server, pools, options, share, close }
}

/** How the loop goes, for all pools. */
export function loopOf(settings: ProcessSettings): Pick<AutoscalerOptions, 'caution' | 'intervalMs'> {
  return {
    intervalMs: settings.reconciliationInterval,
    caution: {
      graceAfterRestartMs: settings.restartGrace,
      longestPipelineMs: settings.longestPipeline,
      listLagMs: settings.listLag,
      poweredOffMs: settings.poweredOffTimeout,
    },
  }
}

type Around = Parameters<typeof openProvider>[1]

/** @throws PartFailed where its provider cannot be made */
export async function openPool(config: PoolConfig, server: CiServer, around: Around): Promise<OpenPool> {
  const provider = await openProvider(config, around)
  try {
    return { config, provider, pool: await poolOf(config, provider, server, around.log) }
  } catch (error) {
    await closeAll([provider], around.clock)
    throw error
  }
}

/**
 * The pool for the engine, of a provider that is there.
 *
 * @throws PartFailed where settings and provider do not fit
 */
export async function poolOf(
  config: PoolConfig,
  provider: Provider,
  server: CiServer,
  log: Log,
): Promise<Pool> {
  const platform = provider.platform ?? { platform: 'linux/amd64', backend: 'docker' }
  return {
    provider,
    policy: {
      id: config.poolId,
      ...limitsOf(config, provider),
      workflowsPerAgent: config.workflowsPerAgent,
      offer: server.offerOf({ labels: labelsOfAgents(config, provider), ...platform }),
      idleTimeoutMs: config.agentIdleTimeout,
      inactivityTimeoutMs: config.agentInactivityTimeout,
      billingTeardownMarginMs: config.agentBillingTeardownMargin,
      billing: provider.billing ?? 'second',
      parked: { max: config.stoppedMax, forMs: config.stoppedFor },
      keepFailed: config.keepFailed,
      cloud: config.cloud,
    },
    agent: await agentSettings(config, provider, log),
    standingAgents: standingAgents(config, provider, log),
  }
}

/** A pool of standing machines alone makes none, whatever the settings say. */
function limitsOf(
  { minAgents, maxAgents }: PoolConfig,
  { standing }: Provider,
): Pick<PoolPolicy, 'min' | 'max'> {
  return standing?.alone ? { min: 0, max: 0 } : { min: minAgents, max: maxAgents }
}
