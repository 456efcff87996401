import { type Log, silentLog } from '@woodpeckers/autoscaler-core'
import type { CommandContext } from './commands/index.ts'
import { createLogger } from './logs/logger.ts'
import { type LoadedSettings, loadSettings } from './settings/load-settings.ts'
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
export async function begin(context: CommandContext, logTo: Output | undefined): Promise<Beginning> {
  const loaded = loadSettings(context.provider, { flags: context.flags, env: context.env }, context.cwd)
  if (!loaded.ok) return loaded
  const { settings } = loaded
  if (settings.cli.cloudinitTemplate !== undefined) {
    const { errors, warnings } = checkUserData(settings.cli)
    const name = '--cloudinit-template (WOODPECKER_CLOUDINIT_TEMPLATE)'
    if (errors.length > 0) return { ok: false, problems: errors.map((error) => `${name}: ${error}`) }
    for (const warning of warnings) context.stderr.write(`warning: ${name}: ${warning}\n`)
  }
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
