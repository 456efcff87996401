import type { CallOptions, Clock, Log, PoolId } from '@woodpeckers/autoscaler-core'
import type { HetznerApi } from './api/hetzner-api.ts'
import type { WirePricing, WireServer, WireServerType } from './api/wire.ts'
import type { HetznerOptions } from './options.ts'
import type { Plan } from './resolve.ts'

/** What the parts of this provider work on, for one pool. */
export interface HetznerSite {
  readonly api: HetznerApi
  readonly options: HetznerOptions
  readonly pool: PoolId
  readonly clock: Clock
  readonly log: Log
  /** Every server that is marked for the pool, asked for after this call. */
  readonly servers: (call: CallOptions) => Promise<readonly WireServer[]>
  /** What the settings stand for at this project; found out once, and again after it was doubted. */
  readonly plan: () => Promise<Plan>
  readonly doubtPlan: () => void
  /** With availability, so a minute old at most. */
  readonly serverTypes: () => Promise<readonly WireServerType[]>
  readonly pricing: () => Promise<WirePricing>
  /** Ids by agent's name, of machines that were made or listed: what lists may miss is found by them. */
  readonly ids: Map<string, number>
}
