import { createHash } from 'node:crypto'
import type { Instance } from '@aws-sdk/client-ec2'
import type { ProviderContext } from '@woodpeckers/autoscaler-core'
import { SharedReading } from '@woodpeckers/autoscaler-http'
import type { AccountOptions } from './account-options.ts'
import type { InstanceApi } from './api.ts'
import { THERE } from './find-machines.ts'
import { POOL_TAG, tagOf } from './marks.ts'

/** Those of one region that carry the pool's mark, and are there. */
export type PoolList = (
  api: InstanceApi & { readonly region: string },
  signal: AbortSignal,
) => Promise<readonly Instance[]>

type ByPool = ReadonlyMap<string | undefined, readonly Instance[]>

/**
 * The machines of a pool, out of one list of a region for all pools of this process that use the same key.
 *
 * @param endpoint where they are asked for, when not at AWS
 */
export function openPoolList(
  { options, pool, share }: ProviderContext<AccountOptions>,
  endpoint: string | undefined,
): PoolList {
  const { accessKeyId, secretAccessKey } = options
  const account = createHash('sha256')
    .update([endpoint ?? 'usual', accessKeyId ?? 'usual', secretAccessKey ?? 'usual'].join(' '))
    .digest('hex')
  const pools = share(`aws pools ${account}`, () => new Set<string>())
  pools.add(pool.id)
  return async (api, signal) => {
    // A pool alone asks for its own: the account may have many machines of other processes’ pools.
    const isAlone = pools.size === 1
    const mark = isAlone
      ? { Name: `tag:${POOL_TAG}`, Values: [pool.id] }
      : { Name: 'tag-key', Values: [POOL_TAG] }
    const filters = [mark, { Name: 'instance-state-name', Values: [...THERE] }]
    // Who asks for all must not be given those of one.
    const of = isAlone ? `the pool ${pool.id}` : 'all pools'
    const list = share(`aws machines ${account} ${api.region} ${of}`, () => new SharedReading<ByPool>())
    const byPool = await list.read({ signal }, async (call) => {
      const instances = await api.instances(filters, call.signal, call.onSend)
      return Map.groupBy(instances, (instance) => tagOf(instance, POOL_TAG))
    })
    return byPool.get(pool.id) ?? []
  }
}
