import type { z } from 'zod'
import type { PoolId } from '../model/pool.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { CallOptions, CatalogueTable, Provider } from '../ports/provider.ts'
import type { Random } from '../ports/random.ts'

/** What a provider is given when it is made for a pool. */
export interface ProviderContext<Options> {
  /** Validated: every default is filled in. */
  readonly options: Options
  readonly pool: {
    readonly id: PoolId
    readonly namePrefix: string
    readonly labels: Readonly<Record<string, string>>
  }
  readonly log: Log
  readonly clock: Clock
  readonly random: Random
  /**
   * One thing for all pools of this process that use the same key, made by the first: such as the rate
   * limiter of a credential, or the list of its machines. Never put a secret into the key as it is.
   */
  readonly share: <T>(key: string, make: () => T) => T
}

/** A `share` for the life of a process, or of a test. */
export function createShare(): ProviderContext<unknown>['share'] {
  const things = new Map<string, unknown>()
  return <T>(key: string, make: () => T): T => {
    if (!things.has(key)) things.set(key, make())
    return things.get(key) as T
  }
}

/**
 * A cloud, as a package or a file of one: its name, its settings and how it is made. Flags, environment
 * names, config keys, help and JSON schema all come from `options`.
 */
export interface ProviderDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** Lower case, as in `--provider=mycloud`. */
  readonly name: string
  readonly options: Schema
  create(context: ProviderContext<z.output<Schema>>): Provider | Promise<Provider>
  /**
   * Where its machines run. `elsewhere`: an address of the server that only this computer can reach is refused before
   * a machine is created. `unknown`: such an address is warned of. Without it: `here`.
   */
  machinesAt?(options: z.output<Schema>): 'here' | 'elsewhere' | 'unknown'
  /** For `offerings`, before anything was chosen. Without it: all of `options` is needed, and `Provider.catalogue` asked. */
  readonly browse?: ProviderBrowsing
}

/** A look at what a cloud has, with the settings of the account alone: no machine type, no image. */
export interface ProviderBrowsing<Schema extends z.ZodObject = z.ZodObject> {
  /** A part of the provider's options, under the same keys. */
  readonly options: Schema
  catalogue(context: ProviderContext<z.output<Schema>>, call: CallOptions): Promise<readonly CatalogueTable[]>
}

/** Gives a definition its types; the default export of a provider's module. */
export function defineProvider<Schema extends z.ZodObject>(
  definition: ProviderDefinition<Schema>,
): ProviderDefinition<Schema> {
  return definition
}
