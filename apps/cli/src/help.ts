import { describeForHelp, type Setting } from '@woodpeckers/autoscaler-core'
import { aboutCommand } from './command-help.ts'
import { type CommandEntry, commands } from './commands/index.ts'
import type { FoundProvider } from './providers/find-provider.ts'
import type { Surroundings } from './surroundings.ts'
import { type Style, styleFor } from './terminal/style.ts'
import { renderTable } from './terminal/table.ts'
import { wrap } from './terminal/wrap.ts'

/**
 * The whole help: commands, then every setting with its variable and default, under headings. `command`: of that one,
 * with the settings that it takes.
 */
export function renderHelp(
  settings: readonly Setting[],
  found: FoundProvider | undefined,
  { stdout, env }: Pick<Surroundings, 'stdout' | 'env'>,
  command?: CommandEntry,
): string {
  const style = styleFor(stdout, env)
  const provider = found?.ok ? found.definition.name : undefined
  const width = Math.min(stdout.columns ?? 100, 110)
  const lines = command ? [...aboutCommand(command, style, width)] : aboutAll(style, width)
  for (const [group, members] of grouped(settings, provider)) {
    lines.push('', style.title(group))
    for (const setting of members) {
      const { usage, description, details } = describeForHelp(setting)
      lines.push(`  ${style.name(usage)}`)
      lines.push(...wrap(description, width - 6).map((line) => `      ${line}`))
      lines.push(...wrap(details, width - 6).map((line) => `      ${style.quiet(line)}`))
    }
  }
  lines.push('', ...wrap(CLOSING, width))
  if (found && !found.ok) lines.push('', style.bad(found.problem))
  else if (!provider)
    lines.push(...wrap('Settings of a provider: woodpecker-autoscaler --provider=<name> --help', width))
  return `${lines.join('\n')}\n`
}

function aboutAll(style: Style, width: number): string[] {
  return [
    `${style.title('Usage:')} woodpecker-autoscaler [command] --provider=<name> [settings]`,
    `${style.title('   or:')} woodpecker-autoscaler [command] --config=autoscaler.yaml`,
    '',
    ...wrap('Starts and ends machines for Woodpecker CI agents, as the queue needs them.', width),
    '',
    style.title('Commands'),
    ...renderTable(
      commands.map(({ name, operand, summary }) => [
        `${style.name(name)}${operand === undefined ? '' : ` ${operand}`}`,
        summary,
      ]),
      '  ',
    ),
  ]
}

const CLOSING =
  'A flag wins over the environment, that over the file that --env-file names, or else a .env file in the working ' +
  'directory. Such a .env may not name code, and an address only beside its credentials. Durations are written ' +
  'like 10s, 1.5h or 2h45m. Where (or …_FILE) is said, the variable with _FILE behind its name may name a file ' +
  'that holds the value. plan, offerings, status, explain, events and provider test print JSON with --json. ' +
  'provider test --no-wait needs no server. demo --keep goes on until Ctrl-C. ' +
  'A command’s own flags: status --help. --version prints the version.'

function grouped(
  settings: readonly Setting[],
  provider: string | undefined,
): Map<string, readonly Setting[]> {
  return Map.groupBy(settings, ({ group }) => group ?? (provider ? `Provider ${provider}` : 'Other'))
}
