import { parseBoolean, type Setting } from '@woodpeckers/autoscaler-core'
import { commands } from './commands/index.ts'

const ALWAYS_THERE: readonly string[] = ['--help', '-h', '--version', '-V']

/** Arguments as the parser takes them, or what is wrong with them. */
export type ArrangedArgv = { readonly words: readonly string[] } | { readonly problem: string }

/**
 * Puts the arguments into the parser's order: the command first, wherever it stands (`--provider=local plan`),
 * one of two words as one; switches with their value. Of a flag that nobody knows the name alone is kept: its
 * value may be a secret,
 * and what is wrong is shown.
 */
export function arrangeArgv(argv: readonly string[], settings: readonly Setting[]): ArrangedArgv {
  const kinds = new Map(settings.map(({ flag, kind }) => [flag, kind]))
  const switches = commands.flatMap((entry) => Object.keys(entry.switches))
  const bare = new Set([...ALWAYS_THERE, ...switches.filter((flag) => !flag.includes(' '))])
  // `--pool <id>`
  const withValue = new Set(switches.flatMap((flag) => (flag.includes(' ') ? flag.split(' ', 1) : [])))
  const words: string[] = []
  // In front of the flags: one that may have several values would take them.
  const operands: string[] = []
  let command: string | undefined
  const arranged = (rest: readonly string[]): ArrangedArgv => {
    if (command === undefined) return { words: [...words, ...rest] }
    if (!isCommand(command)) return { problem: unknownCommand(command) }
    return { words: [command, ...operands, ...words, ...rest] }
  }
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!
    const next = argv[index + 1]
    const [flag = word] = word.split('=', 1)
    if (word === '--') return arranged(argv.slice(index))
    if (!word.startsWith('-')) {
      if (command !== undefined && takesOperand(command)) {
        operands.push(word)
        continue
      }
      if (command !== undefined && isCommand(command)) {
        return { problem: `one command at a time: "${command}", and then "${word}"` }
      }
      command = command === undefined ? word : `${command} ${word}`
      if (!beginsCommand(command)) return { problem: unknownCommand(command) }
    } else if (kinds.get(word) === 'switch') {
      // Alone it means true, as Go's flags have it.
      if (next !== undefined && parseBoolean(next) !== undefined) words.push(`${word}=${argv[++index]}`)
      else words.push(`${word}=true`)
    } else if (kinds.has(word) || withValue.has(word)) {
      words.push(word)
      if (next !== undefined) words.push(argv[++index]!)
    } else if (kinds.has(flag) || withValue.has(flag) || bare.has(word)) words.push(word)
    else if (bare.has(flag)) {
      const isMeant = parseBoolean(word.slice(flag.length + 1))
      if (isMeant === undefined) return { problem: `${flag} takes no value, or true or false` }
      if (isMeant) words.push(flag)
    }
    // The parser names it, and perhaps one that was meant; what follows makes no difference.
    else return arranged([flag])
  }
  return arranged([])
}

function isCommand(text: string): boolean {
  return commands.some(({ name }) => name === text)
}

function takesOperand(text: string): boolean {
  return commands.some(({ name, operand }) => name === text && operand !== undefined)
}

/** Whether it is a command, or the first word of one. */
function beginsCommand(text: string): boolean {
  return commands.some(({ name }) => `${name} `.startsWith(`${text} `))
}

function unknownCommand(word: string): string {
  return `there is no command "${word}"; there are ${commands.map(({ name }) => name).join(', ')}`
}
