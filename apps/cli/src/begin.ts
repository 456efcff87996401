import { describeSettings } from '@woodpeckers/autoscaler-core'
import type { CommandContext } from './commands/index.ts'
import { checkGrpcAddress } from './config/check-grpc-address.ts'
import type { Config, ConfigResult, PoolConfig } from './config/config.ts'
import { configOfSettings } from './config/config-of-settings.ts'
import { readConfig } from './config/read-config.ts'
import { settingName } from './config/setting-names.ts'
import { timeoutWarnings } from './config/timeouts.ts'
import { createLogger, type Logger, silentLogger } from './logs/logger.ts'
import { redactor } from './logs/redact.ts'
import { nameWarnings } from './names/name-warnings.ts'
import { cliSchema } from './settings/cli-schema.ts'
import { configPathOf, overProcess, sourcesBesideFile } from './settings/config-path.ts'
import { loadSettings, type Needs } from './settings/load-settings.ts'
import type { Output } from './surroundings.ts'
import { oneLine } from './terminal/one-line.ts'
import { checkUserData } from './user-data.ts'

/** Keeps further values out of the log. */
export type Hide = (secrets: readonly string[]) => void

/** What every command that takes the settings begins with. */
export type Beginning =
  | {
      readonly ok: true
      readonly config: Config
      readonly log: Logger
      readonly hide: Hide
      /** Takes what is kept out of the log out of a text. */
      readonly redact: (text: string) => string
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Reads the settings, tries the templates, and opens the log. Warnings go to standard error, so that what a
 * command prints stays clean.
 */
export async function begin(
  context: CommandContext,
  logTo: Output | undefined,
  needs: Needs = 'server',
): Promise<Beginning> {
  const read = await decide(context, needs)
  // A setting that is missing may be one of these: they are told whatever comes of the rest.
  for (const warning of await tellNames(context)) context.stderr.write(`warning: ${oneLine(warning)}\n`)
  if (!read.ok) return read
  const { config } = read
  for (const warning of config.warnings) context.stderr.write(`warning: ${oneLine(warning)}\n`)
  const secrets = [...config.secrets]
  const log = logTo
    ? await createLogger({
        level: config.process.logLevel,
        output: logTo,
        env: context.env,
        secrets,
      })
    : silentLogger
  return {
    ok: true,
    config,
    log,
    hide: (more) => void secrets.push(...more),
    redact: (text) => redactor(secrets)(text),
  }
}

/** Variables that are not what somebody meant them to be. With a config file, nothing else is looked at. */
async function tellNames(context: CommandContext): Promise<readonly string[]> {
  if (configPathOf(context) !== undefined) return []
  const { env, flags, provider } = context
  const reference = flags['--provider']?.at(-1) ?? env['WOODPECKER_PROVIDER'] ?? ''
  const definition = provider?.ok ? provider.definition : undefined
  return await nameWarnings(env, { provider: definition?.name ?? reference, definition })
}

/** The config, from wherever it comes, with templates that work. */
export async function decide(context: CommandContext, needs: Needs = 'server'): Promise<ConfigResult> {
  const path = configPathOf(context)
  const read = path === undefined ? ofFlags(context, needs) : await ofFile(path, context, needs)
  if (!read.ok || needs === 'catalogue') return read
  // Who only looks at a price list has no use for user data.
  const problems: string[] = []
  const warnings: string[] = []
  for (const pool of read.config.pools) {
    const checked = await checkUserData({ ...read.config.server, ...pool })
    const name = userDataName(pool)
    problems.push(...checked.errors.map((error) => `${name}: ${error}`))
    warnings.push(...checked.warnings.map((warning) => `${name}: ${warning}`))
    warnings.push(...timeoutWarnings(pool, read.config.process))
  }
  if (needs === 'server') {
    const checked = checkGrpcAddress(read.config)
    // Beside another problem they are worth reading too, before the next try.
    if (problems.length > 0) problems.push(...checked.warnings.map((line) => `warning: ${line}`))
    problems.push(...checked.problems)
    warnings.push(...checked.warnings)
  }
  if (problems.length > 0) return { ok: false, problems, refersTo: read.config.file?.refersTo ?? [] }
  return { ok: true, config: { ...read.config, warnings: [...warnings, ...read.config.warnings] } }
}

function userDataName(pool: PoolConfig): string {
  if (pool.cloudinitTemplate !== undefined) return settingName(pool, 'cloudinitTemplate')
  return pool.spelling === 'file' ? `user data of pool ${pool.poolId}` : 'user data'
}

function ofFlags({ provider, flags, env, cwd }: CommandContext, needs: Needs): ConfigResult {
  const loaded = loadSettings(provider, { flags, env }, cwd, needs)
  if (!loaded.ok) return loaded
  const config = configOfSettings(loaded.settings)
  const exposed = loaded.settings.exposed.map(
    ({ flag, env }) =>
      `a secret given as ${flag} stays in the history of the shell, and in the list of processes until this program has started; use ${env} or ${env}_FILE`,
  )
  return { ok: true, config: { ...config, warnings: [...config.warnings, ...exposed] } }
}

async function ofFile(path: string, context: CommandContext, needs: Needs): Promise<ConfigResult> {
  const { env, cwd, flags } = context
  const own = describeSettings(cliSchema)
  const besides = sourcesBesideFile(own, { flags, env })
  if (besides.problems.length > 0) return { ok: false, problems: besides.problems }
  const over = overProcess({ flags, env })
  if (!over.ok) return over
  return readConfig(path, { env, cwd, over: over.values, needsServer: needs === 'server' })
}
