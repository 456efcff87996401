import {
  createShare,
  type Log,
  namePrefix,
  type PoolId,
  type Provider,
  type ProviderContext,
  Rejected,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { PartFailed } from '../part-failed.ts'
import type { LoadedSettings } from '../settings/load-settings.ts'
import type { Surroundings } from '../surroundings.ts'

const CREATE_DEADLINE_MS = 30_000

/**
 * Makes the provider of a pool.
 *
 * @throws PartFailed where it cannot be made
 */
export async function openProvider(
  settings: LoadedSettings,
  pool: PoolId,
  surroundings: Surroundings,
  log: Log,
): Promise<Provider> {
  const { definition } = settings
  const late = () => new Transient('it did not get ready within 30s')
  const context = providerContext(settings, pool, surroundings, log)
  const create = async () => withNeeded(await definition.create(context), settings.cli.stoppedMax)
  try {
    return await withDeadline(context.clock, CREATE_DEADLINE_MS, undefined, late, create)
  } catch (thrown) {
    throw new PartFailed(`provider ${definition.name}`, thrown)
  }
}

/** What a provider of this pool is given. */
export function providerContext(
  { cli, providerOptions }: LoadedSettings,
  pool: PoolId,
  { clock, random }: Surroundings,
  log: Log,
): ProviderContext<Record<string, unknown>> {
  return {
    options: providerOptions,
    pool: { id: pool, namePrefix: namePrefix(pool), labels: cli.agentLabels },
    log,
    clock,
    random,
    share: createShare(),
  }
}

const NEEDED = ['deployAgent', 'removeAgent', 'listDeployedAgentNames'] as const

/** Types do not reach a provider written in JavaScript. */
function withNeeded(provider: Provider | undefined, stoppedMax: number): Provider {
  const missing = NEEDED.filter((key) => typeof provider?.[key] !== 'function')
  if (!provider || missing.length > 0) {
    throw new Rejected(
      `its create() must answer the functions ${NEEDED.join(', ')}; it lacks ${missing.join(', ')}`,
    )
  }
  const whyNot = stoppedMax > 0 ? whyNotStop(provider) : undefined
  if (!whyNot) return provider
  throw new Rejected(`--stopped-max (WOODPECKER_STOPPED_MAX) is ${stoppedMax}, but ${whyNot}; use 0`)
}

/** Why a pool of it cannot keep stopped machines, or nothing. */
function whyNotStop({ startAgent, stopAgent, stoppingSaves }: Provider): string | undefined {
  if (!startAgent || !stopAgent) return 'it cannot stop and start machines'
  return stoppingSaves === true ? undefined : (stoppingSaves?.not ?? 'stopping saves nothing here')
}
