import type { Setting } from '@woodpeckers/autoscaler-core'
import { Command, CommanderError, Option } from 'commander'
import { arrangeArgv } from './arrange-argv.ts'
import { renderCommandHelp } from './command-help.ts'
import { commands } from './commands/index.ts'
import { renderHelp } from './help.ts'
import type { FoundProvider } from './providers/find-provider.ts'
import { knownSettings } from './settings/load-settings.ts'
import type { Surroundings } from './surroundings.ts'
import { readVersion } from './version.ts'

/** The command line itself is wrong: one line for the user. */
export class UsageError extends Error {}

/**
 * Builds the command line: every command that takes the settings takes all of them, those of the provider
 * included. Answers a function that parses arguments and runs what they name.
 */
export function buildProgram(
  surroundings: Surroundings,
  provider: FoundProvider | undefined,
  onExit: (code: number) => void,
): (argv: readonly string[]) => Promise<void> {
  const definition = provider?.ok ? provider.definition : undefined
  const settings = knownSettings(definition)
  const program = strict(new Command('woodpecker-autoscaler'), surroundings)
  program.version(readVersion(), '-V, --version')
  program.helpInformation = () => renderHelp(settings, provider, surroundings)
  for (const command of commands) {
    const flags: Record<string, string[]> = {}
    // Not by program.command(), which takes a second word for an argument.
    const built = strict(new Command(command.name), surroundings)
    program.addCommand(built, { isDefault: command.isDefault ?? false })
    built.helpInformation = command.takesSettings
      ? () => renderHelp(settings, provider, surroundings, command)
      : () => renderCommandHelp(command, surroundings)
    if (command.takesSettings) for (const setting of settings) addOption(built, setting, flags)
    if (command.operand !== undefined) built.argument(command.operand)
    for (const [flag, description] of Object.entries(command.switches)) built.option(flag, description)
    // Read before all else; `migrate` has one of its own.
    if (command.name !== 'migrate') built.option('--env-file <file>', 'file of variables')
    built.action(async () => {
      const run = await command.load()
      onExit(await run({ ...surroundings, flags, provider, operands: built.args, switches: built.opts() }))
    })
  }
  return async (argv) => {
    const arranged = arrangeArgv(argv, settings)
    if ('problem' in arranged) throw new UsageError(arranged.problem)
    try {
      await program.parseAsync(arranged.words, { from: 'user' })
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error
      // Flags of a provider that could not be loaded are not the mistake.
      if (error.code === 'commander.unknownOption' && provider && !provider.ok)
        throw new UsageError(provider.problem)
      // Help and version end this way too.
      if (error.exitCode !== 0)
        throw new UsageError(error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '))
    }
  }
}

function strict(command: Command, { stdout }: Surroundings): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      // Whether there are colours is decided where help is written.
      getOutHasColors: () => true,
    })
    .allowExcessArguments(false)
    .helpCommand(false)
}

function addOption(command: Command, setting: Setting, flags: Record<string, string[]>): void {
  const option = new Option(`${setting.flag} <value>`, setting.description)
  option.argParser((value: string) => {
    flags[setting.flag] = [...(flags[setting.flag] ?? []), value]
    return value
  })
  command.addOption(option)
}
