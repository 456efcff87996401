import { resolve } from 'node:path'
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
import { agentScope, type Patience } from './parts/agent-scope.ts'
import { agentSettings, labelsOfAgents } from './parts/agent-settings.ts'
import { closeAll } from './parts/close-all.ts'
import { madeFrom } from './parts/made-from.ts'
import { openProvider } from './parts/open-provider.ts'
import { openServer } from './parts/open-server.ts'
import { standingAgents } from './parts/standing-agents.ts'
import { readStateFile } from './process/state-file.ts'
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
  readonly options: Pick<AutoscalerOptions, 'server' | 'pools' | 'fleet' | 'spent' | 'caution' | 'intervalMs'>
  /** One for the process: pools of one account have their limiter and their lists together. */
  readonly share: ProviderContext<unknown>['share']
  close(): Promise<void>
}

/**
 * Makes server, providers and pools; the server is asked for nothing but organisations that pools are kept to.
 * `waiting`: for these it waits until the server is there, or this is aborted; without it: it asks once.
 *
 * @throws PartFailed where a provider cannot be made, or an organisation cannot be asked for
 */
export async function assemble(
  config: Config,
  surroundings: Surroundings,
  log: Log,
  waiting?: AbortSignal,
): Promise<Assembly> {
  const { stateFile } = config.process
  const spent = stateFile === undefined ? undefined : readStateFile(resolve(surroundings.cwd, stateFile))
  const server = await openServer(config.server, surroundings, log)
  const share = createShare()
  const pools: OpenPool[] = []
  const close = () => closeAll([server, ...pools.map(({ provider }) => provider)], surroundings.clock)
  try {
    const patience = waiting && { clock: surroundings.clock, log, signal: waiting }
    const around = { ...surroundings, log, share, ...(patience && { patience }) }
    for (const pool of config.pools) pools.push(await openPool(pool, server, around))
  } catch (error) {
    await close()
    throw error
  }
  const options = {
    server,
    pools: pools.map(({ pool }) => pool),
    ...loopOf(config.process),
    ...(spent && { spent }),
  }
  return { server, pools, options, share, close }
}

/** How the loop goes, for all pools. */
export function loopOf(
  settings: ProcessSettings,
): Pick<AutoscalerOptions, 'fleet' | 'caution' | 'intervalMs'> {
  const { maxMachines = Number.POSITIVE_INFINITY, maxHourlyCost, maxSpendPerDay, maxSpendPerMonth } = settings
  return {
    fleet: { maxMachines, maxHourlyCost, maxSpendPerDay, maxSpendPerMonth },
    intervalMs: settings.reconciliationInterval,
    caution: {
      graceAfterRestartMs: settings.restartGrace,
      longestPipelineMs: settings.longestPipeline,
      listLagMs: settings.listLag,
      poweredOffMs: settings.poweredOffTimeout,
    },
  }
}

type Around = Parameters<typeof openProvider>[1] & { readonly patience?: Patience }

/** @throws PartFailed where its provider cannot be made */
export async function openPool(config: PoolConfig, server: CiServer, around: Around): Promise<OpenPool> {
  const provider = await openProvider(config, around)
  try {
    return { config, provider, pool: await poolOf(config, provider, server, around.log, around.patience) }
  } catch (error) {
    await closeAll([provider], around.clock)
    throw error
  }
}

/**
 * The pool for the engine, of a provider that is there.
 *
 * @throws PartFailed where settings and provider do not fit, or its organisation cannot be asked for
 */
export async function poolOf(
  config: PoolConfig,
  provider: Provider,
  server: CiServer,
  log: Log,
  patience?: Patience,
): Promise<Pool> {
  const found = await agentScope(config, server, patience)
  const scope = found && { scope: found.id }
  const platform = provider.platform ?? { platform: 'linux/amd64', backend: 'docker' }
  return {
    provider,
    policy: {
      id: config.poolId,
      workflowsPerAgent: config.mode === 'ephemeral' ? 1 : config.workflowsPerAgent,
      offer: server.offerOf({ labels: labelsOfAgents(config, provider), ...platform, ...scope }),
      idleTimeoutMs: config.agentIdleTimeout,
      inactivityTimeoutMs: config.agentInactivityTimeout,
      billingTeardownMarginMs: config.agentBillingTeardownMargin,
      billing: provider.billing ?? 'second',
      parked: { max: config.stoppedMax, forMs: config.stoppedFor },
      keepFailed: config.keepFailed,
      cloud: config.cloud,
      ...growthOf(config),
      ...limitsOf(config, provider),
      madeFrom: config.replaceDrifted ? madeFrom(config) : undefined,
      machineLabel: config.machineLabel,
      failingAfter: config.failingAfter,
    },
    agent: { ...(await agentSettings(config, provider, log)), ...scope },
    standingAgents: standingAgents(config, provider, log),
  }
}

function growthOf(
  config: PoolConfig,
): Pick<
  PoolPolicy,
  | 'mode'
  | 'priority'
  | 'buffer'
  | 'prewarm'
  | 'scaleUpDelayMs'
  | 'batch'
  | 'shrinkOrder'
  | 'packing'
  | 'maxAgeMs'
> {
  const { mode, priority, buffer, prewarm, shrinkOrder, packing } = config
  return {
    mode,
    priority,
    buffer,
    prewarm,
    shrinkOrder,
    packing,
    scaleUpDelayMs: config.scaleUpDelay,
    batch: config.batch ?? Number.POSITIVE_INFINITY,
    maxAgeMs: config.maxAge ?? Number.POSITIVE_INFINITY,
  }
}

/** A pool of standing machines alone makes none, whatever the settings say. */
function limitsOf(
  { minAgents, maxAgents, schedules }: PoolConfig,
  { standing }: Provider,
): Pick<PoolPolicy, 'min' | 'max' | 'schedules'> {
  return standing?.alone ? { min: 0, max: 0, schedules: [] } : { min: minAgents, max: maxAgents, schedules }
}
