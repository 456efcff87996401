import { parseBoolean, type Setting } from '@woodpeckers/autoscaler-core'
import type { ComposeWord } from './compose-words.ts'

/** One flag of a command line, as the variable that means the same. */
export interface FlagVariable extends ComposeWord {
  readonly variable: string
}

export interface FlagVariables {
  readonly variables: readonly FlagVariable[]
  /** Words that belong to no flag. */
  readonly strays: readonly string[]
}

const FLAG = /^--?([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/

/**
 * Flags in the way that the Go autoscaler reads them: `--flag value`, `--flag=value`, one dash or two, a switch alone is
 * true, a list may come several times. A flag that no setting has becomes the variable that its name suggests, so that it
 * is listed like any other unknown variable.
 */
export function flagVariables(words: readonly ComposeWord[], settings: readonly Setting[]): FlagVariables {
  const byFlag = new Map(settings.map((setting) => [setting.flag, setting]))
  const found = new Map<string, FlagVariable>()
  const strays: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!
    const [, name, inline] = FLAG.exec(word.text) ?? []
    if (name === undefined) {
      strays.push(word.text)
      continue
    }
    const setting = byFlag.get(`--${name}`)
    const variable = setting?.env ?? `WOODPECKER_${name.toUpperCase().replaceAll('-', '_')}`
    const next = words[index + 1]
    let value: ComposeWord = { text: 'true', missing: [] }
    if (inline !== undefined) value = { text: inline, missing: word.missing }
    else if (setting?.kind === 'switch') {
      // Go's flags take no separate word for a switch, but people write one.
      if (next !== undefined && parseBoolean(next.text) !== undefined) value = words[++index]!
    } else if (next !== undefined && !next.text.startsWith('-')) value = words[++index]!
    const before = found.get(variable)
    const isList = setting?.kind === 'list' || setting?.kind === 'key-values'
    const { text, missing } = value
    found.set(
      variable,
      before && isList
        ? { variable, text: `${before.text},${text}`, missing: [...before.missing, ...missing] }
        : { variable, text, missing },
    )
  }
  return { variables: [...found.values()], strays }
}
