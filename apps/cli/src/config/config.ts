import type { ProviderDefinition, Schedule } from '@woodpeckers/autoscaler-core'
import type { PoolSettings, ProcessSettings, ServerSettings } from '../settings/cli-schema.ts'

/**
 * All that is decided before anything begins, frozen. Flags, environment and file end in this, and nothing else
 * reads any of them.
 */
export interface Config {
  readonly server: ServerSettings
  readonly process: ProcessSettings
  /** At least one, in the order in which they are asked to grow. */
  readonly pools: readonly PoolConfig[]
  /** Values that must not be shown. */
  readonly secrets: readonly string[]
  /** One line each; what they are about works all the same. */
  readonly warnings: readonly string[]
  /** Where it stands, when that is a file. */
  readonly file: ConfigFile | undefined
}

export interface ConfigFile {
  readonly path: string
  /** Files that it names. */
  readonly refersTo: readonly string[]
  /** Of all of them, when it was read: another one means that something was changed. */
  readonly stamp: string
}

/** What only a file can say of a pool. */
export interface FileSettings {
  readonly schedules: readonly Schedule[]
}

/** One pool, with the cloud that it is in. */
export interface PoolConfig extends PoolSettings, FileSettings {
  readonly definition: ProviderDefinition
  /** As the definition's own schema has parsed them. */
  readonly providerOptions: Record<string, unknown>
  /** The same for pools of one account: the provider's name with a digest of what says which account it is. */
  readonly cloud: string
  /** How messages name its settings. */
  readonly spelling: 'flags' | 'file'
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | {
      readonly ok: false
      readonly problems: readonly string[]
      /** Files that it names, as far as that could be read. */
      readonly refersTo?: readonly string[]
    }

/** Freezes all of it but the providers' definitions, which are somebody else's. */
export function freezeConfig(config: Config): Config {
  for (const pool of config.pools) {
    for (const [key, value] of Object.entries(pool)) if (key !== 'definition') freeze(value)
    Object.freeze(pool)
  }
  for (const part of [config.server, config.process, config.pools, config.secrets, config.warnings])
    Object.freeze(part)
  return Object.freeze(config)
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const inner of Object.values(value)) freeze(inner)
  Object.freeze(value)
}
