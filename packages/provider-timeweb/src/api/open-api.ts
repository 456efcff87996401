import type { ProviderContext } from '@woodpeckers/autoscaler-core'
import { type Connections, createExchange, RateLimiter } from '@woodpeckers/autoscaler-http'
import { refusalOf } from '../errors.ts'
import type { AccountOptions } from '../options.ts'
import { mindTheEdge } from './edge.ts'
import { shareLists } from './share-lists.ts'
import { createTimewebApi, type TimewebApi } from './timeweb-api.ts'

const BURST = 3
const DEADLINE_MS = 30_000
/** After a 429 that does not say how long. */
const PAUSE_MS = 10_000

/** A POST is not among them: Timeweb makes another server of each. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'PATCH', 'DELETE'])

/**
 * The API with one rate limiter for this process, whichever pools and tokens use it: what Timeweb shuts out for
 * asking too often is the address. Pools of one token share the lists of its account, too.
 */
export function openApi(context: ProviderContext<AccountOptions>, connections: Connections): TimewebApi {
  const { options, clock, random, log, share } = context
  const { apiToken: token, apiUrl, requestsPerSecond } = options
  const limiter = share(
    `timewebcloud/limiter/${apiUrl}`,
    () => new RateLimiter(clock, { perSecond: requestsPerSecond, burst: BURST }),
  )
  const exchange = createExchange({
    fetch: mindTheEdge(connections.fetch, limiter),
    token,
    clock,
    random,
    log,
    deadlineMs: DEADLINE_MS,
    refusalOf: refusalOf(token),
    repeatable: REPEATABLE,
    limiter,
    onAnswer: (status, headers) => {
      if (status !== 429) return
      const seconds = Number(headers.get('retry-after'))
      limiter.pauseFor(seconds > 0 ? seconds * 1000 : PAUSE_MS)
    },
  })
  return shareLists(createTimewebApi(apiUrl.replace(/\/+$/, ''), exchange), context)
}
