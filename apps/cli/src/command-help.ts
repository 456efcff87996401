import type { CommandEntry } from './commands/index.ts'
import type { Surroundings } from './surroundings.ts'
import { type Style, styleFor } from './terminal/style.ts'
import { wrap } from './terminal/wrap.ts'

/** The help of one command that takes no settings: how it is called, what it does, and its own flags. */
export function renderCommandHelp(
  command: CommandEntry,
  { stdout, env }: Pick<Surroundings, 'stdout' | 'env'>,
): string {
  const style = styleFor(stdout, env)
  const width = Math.min(stdout.columns ?? 100, 110)
  const lines = [
    ...aboutCommand(command, style, width),
    '',
    ...wrap('All commands and settings: woodpecker-autoscaler --help', width),
  ]
  return `${lines.join('\n')}\n`
}

/** How it is called, what it does, and its own flags. */
export function aboutCommand(
  { name, operand, summary, switches, takesSettings }: CommandEntry,
  style: Style,
  width: number,
): readonly string[] {
  const flags = Object.entries(switches)
  const words = [name, operand, flags.length > 0 && '[flags]', takesSettings && '[settings]']
  return [
    `${style.title('Usage:')} woodpecker-autoscaler ${words.filter(Boolean).join(' ')}`,
    '',
    ...wrap(summary, width),
    ...(flags.length > 0 ? ['', style.title('Flags')] : []),
    ...flags.flatMap(([flag, description]) => [
      `  ${style.name(flag.replace('...>', '>'))}`,
      ...wrap(`${description}${flag.endsWith('...>') ? ' (may be said several times)' : ''}`, width - 6).map(
        (line) => `      ${line}`,
      ),
    ]),
  ]
}
