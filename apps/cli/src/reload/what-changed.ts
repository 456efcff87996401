import { isDeepStrictEqual } from 'node:util'
import type { OpenPool } from '../assemble.ts'
import type { Config, PoolConfig } from '../config/config.ts'
import { type FileKey, processKeys, serverKeys } from '../config/file-keys.ts'

/** What only a new process can take, by the file's keys. */
export function needsRestart(before: Config, after: Config): readonly string[] {
  return [
    ...different(before.server, after.server, serverKeys).map((key) => `server.${key}`),
    ...different(before.process, after.process, {
      healthFile: processKeys.healthFile,
      stateFile: processKeys.stateFile,
      logLevel: processKeys.logLevel,
      eventsFile: processKeys.eventsFile,
      listen: processKeys.listen,
      httpToken: processKeys.httpToken,
      allowedHosts: processKeys.allowedHosts,
      wakeSecret: processKeys.wakeSecret,
    }),
  ]
}

function different(
  before: object,
  after: object,
  keys: Readonly<Record<string, FileKey>>,
): readonly string[] {
  const [one, other] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  return Object.entries(keys).flatMap(([key, { path }]) =>
    isDeepStrictEqual(one?.[key], other?.[key]) ? [] : [path],
  )
}

/** Whether the provider that is there serves the pool with its new settings as well. */
export function hasSameProvider({ config }: OpenPool, after: PoolConfig): boolean {
  const parts = ({ provider, providerOptions, agentLabels, stoppedMax }: PoolConfig) => ({
    provider,
    providerOptions,
    agentLabels,
    stops: stoppedMax > 0,
  })
  return isDeepStrictEqual(parts(config), parts(after))
}

/** One line on what a change is about. */
export function describeChange(before: readonly OpenPool[], after: readonly OpenPool[]): string {
  const ids = (pools: readonly OpenPool[]) => pools.map(({ config }) => config.poolId)
  const [old, now] = [ids(before), ids(after)]
  const changed = after.filter(({ config }) => {
    const earlier = before.find((pool) => pool.config.poolId === config.poolId)
    return earlier && !isDeepStrictEqual(plain(earlier.config), plain(config))
  })
  const parts = [
    partOf(
      'new',
      now.filter((id) => !old.includes(id)),
    ),
    partOf('changed', ids(changed)),
    partOf(
      'leaving',
      old.filter((id) => !now.includes(id)),
    ),
  ].filter((part) => part !== '')
  return parts.length > 0 ? parts.join('; ') : 'the pools are the same'
}

function plain({ definition: _, ...settings }: PoolConfig): object {
  return settings
}

function partOf(what: string, ids: readonly string[]): string {
  return ids.length === 0 ? '' : `${what}: ${ids.join(', ')}`
}
