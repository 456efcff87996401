import {
  type AgentScope,
  asOutsideError,
  type CiServer,
  type Clock,
  type Log,
  Rejected,
  type ScopeSearch,
  sleep,
} from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { settingName } from '../config/setting-names.ts'
import { PartFailed } from '../part-failed.ts'

type Scoped = Pick<PoolConfig, 'organisation' | 'poolId' | 'spelling'>

/** For who can wait until the server is there. */
export interface Patience {
  readonly clock: Clock
  readonly log: Log
  /** Aborted when nobody waits any more: it rejects with the reason. */
  readonly signal: AbortSignal
}

const AGAIN_MS = 10_000

/**
 * The part of the server's work that the pool's agents are kept to; `undefined`: all of it. Without patience it
 * asks once.
 *
 * @throws PartFailed where the server cannot be asked, or the token does not reach
 * @throws Rejected where there is none of that name
 */
export async function agentScope(
  pool: Scoped,
  server: CiServer,
  patience?: Patience,
): Promise<AgentScope | undefined> {
  if (pool.organisation === undefined) return undefined
  const search = await searchScope(pool.organisation, server, patience)
  if (search.ok) return search.scope
  const name = settingName(pool, 'organisation')
  throw new Rejected(`${name} is ${JSON.stringify(pool.organisation)}: ${search.why}`)
}

async function searchScope(
  reference: string,
  server: CiServer,
  patience: Patience | undefined,
): Promise<ScopeSearch> {
  const signal = patience?.signal ?? new AbortController().signal
  for (;;) {
    try {
      const search = await server.findScope?.(reference, { signal })
      return search ?? { ok: false, why: 'this server keeps agents to none' }
    } catch (thrown) {
      const error = asOutsideError(thrown)
      if (!patience || error.kind === 'auth' || error.kind === 'unsupported')
        throw new PartFailed('server', error)
      signal.throwIfAborted()
      patience.log.warn({ error: error.kind }, `server: ${error.message}; trying again`)
      await sleep(patience.clock, AGAIN_MS, signal)
    }
  }
}
