import {
  type Log,
  namePrefix,
  type PoolId,
  type Provider,
  type ProviderContext,
  Rejected,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { settingName } from '../config/setting-names.ts'
import { PartFailed } from '../part-failed.ts'
import type { Parts, Surroundings } from '../surroundings.ts'

const CREATE_DEADLINE_MS = 30_000

/** What is one for the process, or for one command. */
export type Around = Pick<Surroundings, 'clock' | 'random'> & {
  readonly parts?: Pick<Parts, 'createProvider'>
  readonly log: Log
  /** What pools of one account have together. */
  readonly share: ProviderContext<unknown>['share']
}

/**
 * Makes the provider of a pool. `id`: that of another pool with the same settings.
 *
 * @throws PartFailed where it cannot be made
 */
export async function openProvider(
  pool: PoolConfig,
  around: Around,
  id: PoolId = pool.poolId,
): Promise<Provider> {
  const { definition } = pool
  const late = () => new Transient('it did not get ready within 30s')
  const context = providerContext(pool, around, id)
  const make = around.parts?.createProvider
  const made = async () => (make ? await make(definition, context) : await definition.create(context))
  const create = async () => withNeeded(await made(), pool)
  try {
    return await withDeadline(context.clock, CREATE_DEADLINE_MS, undefined, late, create)
  } catch (thrown) {
    throw new PartFailed(partName(pool), thrown)
  }
}

/** What a provider of this pool is given. */
export function providerContext(
  { agentLabels, providerOptions }: Pick<PoolConfig, 'agentLabels' | 'providerOptions'>,
  around: Around,
  id: PoolId,
): ProviderContext<Record<string, unknown>> {
  return {
    options: providerOptions,
    pool: { id, namePrefix: namePrefix(id), labels: agentLabels },
    log: around.log,
    clock: around.clock,
    random: around.random,
    share: around.share,
  }
}

/** As messages name it; in a file several pools may have the same one. */
export function partName({ definition, poolId, spelling }: PoolConfig): string {
  const name = `provider ${definition.name}`
  return spelling === 'file' ? `${name} of pool ${poolId}` : name
}

const NEEDED = ['deployAgent', 'removeAgent', 'listDeployedAgentNames'] as const

/** Types do not reach a provider written in JavaScript. */
function withNeeded(provider: Provider | undefined, pool: PoolConfig): Provider {
  const missing = NEEDED.filter((key) => typeof provider?.[key] !== 'function')
  if (!provider || missing.length > 0) {
    throw new Rejected(
      `its create() must answer the functions ${NEEDED.join(', ')}; it lacks ${missing.join(', ')}`,
    )
  }
  const { stoppedMax } = pool
  const whyNot = stoppedMax > 0 ? whyNotStop(provider) : undefined
  if (!whyNot) return provider
  throw new Rejected(`${settingName(pool, 'stoppedMax')} is ${stoppedMax}, but ${whyNot}; use 0`)
}

/** Why a pool of it cannot keep stopped machines, or nothing. */
function whyNotStop({ startAgent, stopAgent, stoppingSaves }: Provider): string | undefined {
  if (!startAgent || !stopAgent) return 'it cannot stop and start machines'
  return stoppingSaves === true ? undefined : (stoppingSaves?.not ?? 'stopping saves nothing here')
}
