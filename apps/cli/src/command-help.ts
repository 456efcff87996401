import type { CommandEntry } from './commands/index.ts'
import type { Surroundings } from './surroundings.ts'
import { styleFor } from './terminal/style.ts'
import { wrap } from './terminal/wrap.ts'

/** The help of one command that takes no settings: how it is called, what it does, and its own flags. */
export function renderCommandHelp(
  { name, operand, summary, switches }: CommandEntry,
  { stdout, env }: Pick<Surroundings, 'stdout' | 'env'>,
): string {
  const style = styleFor(stdout, env)
  const width = Math.min(stdout.columns ?? 100, 110)
  const flags = Object.entries(switches)
  const call = [name, operand, flags.length > 0 ? '[flags]' : undefined].filter((word) => word !== undefined)
  const lines = [
    `${style.title('Usage:')} woodpecker-autoscaler ${call.join(' ')}`,
    '',
    ...wrap(summary, width),
    ...(flags.length > 0 ? ['', style.title('Flags')] : []),
    ...flags.flatMap(([flag, description]) => [
      `  ${style.name(flag)}`,
      ...wrap(description, width - 6).map((line) => `      ${line}`),
    ]),
    '',
    ...wrap('All commands and settings: woodpecker-autoscaler --help', width),
  ]
  return `${lines.join('\n')}\n`
}
