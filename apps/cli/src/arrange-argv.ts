import { parseBoolean, type Setting } from '@woodpeckers/autoscaler-core'
import { commands } from './commands/index.ts'

const ALWAYS_THERE: readonly string[] = ['--help', '-h', '--version', '-V']

/** Arguments as the parser takes them, or what is wrong with them. */
export type ArrangedArgv = { readonly words: readonly string[] } | { readonly problem: string }

/**
 * Puts the arguments into the parser's order: the command first, wherever it stands (`--provider=local plan`),
 * switches with their value. Of a flag that nobody knows the name alone is kept: its value may be a secret,
 * and what is wrong is shown.
 */
export function arrangeArgv(argv: readonly string[], settings: readonly Setting[]): ArrangedArgv {
  const kinds = new Map(settings.map(({ flag, kind }) => [flag, kind]))
  const bare = new Set([...ALWAYS_THERE, ...commands.flatMap(({ switches }) => Object.keys(switches))])
  const words: string[] = []
  let command: string | undefined
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!
    const next = argv[index + 1]
    const [flag = word] = word.split('=', 1)
    if (word === '--') return { words: [...(command ? [command] : []), ...words, ...argv.slice(index)] }
    if (!word.startsWith('-')) {
      if (command !== undefined) return { problem: `one command at a time: "${command}", and then "${word}"` }
      if (!commands.some(({ name }) => name === word)) return { problem: unknownCommand(word) }
      command = word
    } else if (kinds.get(word) === 'switch') {
      // Alone it means true, as Go's flags have it.
      if (next !== undefined && parseBoolean(next) !== undefined) words.push(`${word}=${argv[++index]}`)
      else words.push(`${word}=true`)
    } else if (kinds.has(word)) {
      words.push(word)
      if (next !== undefined) words.push(argv[++index]!)
    } else if (kinds.has(flag) || bare.has(word)) words.push(word)
    // The parser names it, and perhaps one that was meant; what follows makes no difference.
    else return { words: [...(command ? [command] : []), ...words, flag] }
  }
  return { words: [...(command ? [command] : []), ...words] }
}

function unknownCommand(word: string): string {
  return `there is no command "${word}"; there are ${commands.map(({ name }) => name).join(', ')}`
}
