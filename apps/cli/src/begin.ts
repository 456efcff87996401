import { type Log, silentLog } from '@woodpeckers/autoscaler-core'
import type { CommandContext } from './commands/index.ts'
import { createLogger } from './logs/logger.ts'
import { type LoadedSettings, loadSettings, type Needs } from './settings/load-settings.ts'
import type { Output } from './surroundings.ts'
import { checkUserData } from './user-data.ts'

/** What every command that takes the settings begins with. */
export type Beginning =
  | { readonly ok: true; readonly settings: LoadedSettings; readonly log: Log }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Reads the settings, tries the template, and opens the log. Warnings go to standard error, so that what a
 * command prints stays clean.
 */
export async function begin(
  context: CommandContext,
  logTo: Output | undefined,
  needs: Needs = 'server',
): Promise<Beginning> {
  const { provider, flags, env, cwd } = context
  const loaded = loadSettings(provider, { flags, env }, cwd, needs)
  if (!loaded.ok) return loaded
  const { settings } = loaded
  // Who only looks at a price list has no use for user data.
  const { errors, warnings } =
    needs === 'catalogue' ? { errors: [], warnings: [] } : await checkUserData(settings.cli)
  const ownTemplate = settings.cli.cloudinitTemplate !== undefined
  const name = ownTemplate ? '--cloudinit-template (WOODPECKER_CLOUDINIT_TEMPLATE)' : 'user data'
  if (errors.length > 0) return { ok: false, problems: errors.map((error) => `${name}: ${error}`) }
  for (const warning of warnings) context.stderr.write(`warning: ${name}: ${warning}\n`)
  for (const warning of settings.warnings) context.stderr.write(`warning: ${warning}\n`)
  for (const { flag, env } of settings.exposed) {
    context.stderr.write(
      `warning: a secret given as ${flag} stays in the history of the shell, and in the list of processes until this program has started; use ${env} or ${env}_FILE\n`,
    )
  }
  const log = logTo
    ? await createLogger({
        level: settings.cli.logLevel,
        output: logTo,
        env: context.env,
        secrets: settings.secrets,
      })
    : silentLog
  return { ok: true, settings, log }
}
