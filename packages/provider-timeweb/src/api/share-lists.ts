import { createHash } from 'node:crypto'
import type { ProviderContext } from '@woodpeckers/autoscaler-core'
import { SharedReading } from '@woodpeckers/autoscaler-http'
import type { AccountOptions } from '../options.ts'
import type { TimewebApi } from './timeweb-api.ts'
import type { WireFloatingIp, WireServer } from './wire.ts'

interface SharedLists {
  readonly servers: SharedReading<readonly WireServer[]>
  readonly floatingIps: SharedReading<readonly WireFloatingIp[]>
}

/** The API with one list of the account for all pools of a token that ask for it at about the same time. */
export function shareLists(
  api: TimewebApi,
  { options, share }: Pick<ProviderContext<AccountOptions>, 'options' | 'share'>,
): TimewebApi {
  const credential = createHash('sha256').update(`${options.apiUrl} ${options.apiToken}`).digest('hex')
  const { servers, floatingIps } = share(
    `timewebcloud/lists/${credential}`,
    (): SharedLists => ({ servers: new SharedReading(), floatingIps: new SharedReading() }),
  )
  return {
    ...api,
    servers: (call) => servers.read(call, api.servers),
    floatingIps: (call) => floatingIps.read(call, api.floatingIps),
  }
}
