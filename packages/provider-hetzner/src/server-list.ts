import type { CallOptions, PoolId, ProviderContext } from '@woodpeckers/autoscaler-core'
import { SharedReading } from '@woodpeckers/autoscaler-http'
import type { HetznerApi } from './api/hetzner-api.ts'
import type { WireServer } from './api/wire.ts'
import { credentialOf } from './credential.ts'
import { POOL_LABEL, poolSelector } from './labels.ts'
import type { AccountOptions } from './options.ts'

type ByPool = ReadonlyMap<PoolId | undefined, readonly WireServer[]>

/** The servers that are marked for the pool, out of one list for all pools of this process that use its token. */
export function openServerList(
  { options, share, pool }: ProviderContext<AccountOptions>,
  api: HetznerApi,
): (call: CallOptions) => Promise<readonly WireServer[]> {
  const credential = credentialOf(options)
  const pools = share(`hetznercloud pools ${credential}`, () => new Set<PoolId>())
  pools.add(pool.id)
  return async (call) => {
    // A pool alone asks for its own: the project may have many servers of other processes’ pools.
    const selector = pools.size > 1 ? POOL_LABEL : poolSelector(pool.id)
    // With the selector: who asks for all must not be given those of one.
    const list = share(`hetznercloud servers ${credential} ${selector}`, () => new SharedReading<ByPool>())
    const byPool = await list.read(call, async (read) => {
      const servers = await api.list('servers', { label_selector: selector }, read)
      return Map.groupBy(servers, ({ labels }) => labels[POOL_LABEL])
    })
    return byPool.get(pool.id) ?? []
  }
}
