import { counted, type Log, type Pool, type Provider, Rejected } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { settingName } from '../config/setting-names.ts'
import { PartFailed } from '../part-failed.ts'

/**
 * Which agent is on which standing machine: both in the order of their settings.
 *
 * @throws PartFailed where there is not one for each
 */
export function standingAgents(
  pool: Pick<PoolConfig, 'agentId'> & Partial<Pick<PoolConfig, 'spelling' | 'poolId'>>,
  { standing }: Pick<Provider, 'standing'>,
  log: Log,
): NonNullable<Pool['standingAgents']> {
  const { agentId } = pool
  const setting = settingName(pool, 'agentId')
  const ids = standing?.ids ?? []
  if (agentId.length === 0) {
    if (ids.length > 0) log.warn({ machines: ids }, `${setting} ${UNKNOWN}`)
    return new Map()
  }
  if (agentId.length === ids.length) return new Map(ids.map((id, at) => [id, agentId[at]!]))
  const counts = `names ${agents(agentId.length)}, but there are ${ids.length} standing machines`
  throw new PartFailed('settings', new Rejected(`${setting} ${counts}: name one for each, in their order`))
}

const UNKNOWN =
  'does not say which agents are on the standing machines: any task starts one, and it is stopped only when the whole queue was empty for the idle timeout'

function agents(count: number): string {
  return counted(count, 'agent')
}
