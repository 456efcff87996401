import { resolve } from 'node:path'
import {
  type AutoscalerOptions,
  type CiServer,
  createShare,
  type Log,
  type Pool,
  type Provider,
  type ProviderContext,
} from '@woodpeckers/autoscaler-core'
import type { Config, PoolConfig } from './config/config.ts'
import { labelsOfAgents, placeOfAgents } from './parts/agent-place.ts'
import { agentScope, type Patience } from './parts/agent-scope.ts'
import { agentSettings } from './parts/agent-settings.ts'
import { closeAll } from './parts/close-all.ts'
import { openProvider } from './parts/open-provider.ts'
import { openServer } from './parts/open-server.ts'
import { policyOf } from './parts/pool-policy.ts'
import { standingAgents } from './parts/standing-agents.ts'
import { type ReadState, readStateFile } from './process/read-state.ts'
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
  readonly options: Pick<
    AutoscalerOptions,
    'server' | 'pools' | 'fleet' | 'spent' | 'orders' | 'caution' | 'intervalMs'
  >
  /** What the state file held; `undefined`: there is none. */
  readonly state: ReadState | undefined
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
  const state = stateFile === undefined ? undefined : readStateFile(resolve(surroundings.cwd, stateFile))
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
    ...state?.kept,
  }
  return { server, pools, options, state, share, close }
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
  const offer = server.offerOf({
    labels: labelsOfAgents(config, provider),
    ...placeOfAgents(config, provider),
    ...scope,
  })
  return {
    provider,
    policy: policyOf(config, provider, offer),
    agent: { ...(await agentSettings(config, provider, log)), ...scope },
    standingAgents: standingAgents(config, provider, log),
  }
}
