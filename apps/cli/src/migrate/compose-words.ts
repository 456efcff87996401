import { parse } from 'shell-quote'
import type { Environment } from './environment.ts'
import { interpolate } from './interpolate.ts'

/** One argument of a container's program. */
export interface ComposeWord {
  readonly text: string
  /** Variables without a value that its text needs. */
  readonly missing: readonly string[]
}

export type ComposeWords =
  | { readonly ok: true; readonly words: readonly ComposeWord[] }
  | { readonly ok: false; readonly why: string }

const SHELL = /(?:^|\/)(?:ba|a|da|z)?sh$/

/**
 * The arguments that `entrypoint:` and `command:` give a container's program, without the program's own name. Either is a
 * list, or a text that Compose splits as a shell does. A shell in front (`sh -c "exec program --flag"`) is looked through.
 */
export function composeWords(entrypoint: unknown, command: unknown, env: Environment): ComposeWords {
  const first = wordsOf(entrypoint, env)
  const rest = wordsOf(command, env)
  if (!first.ok) return first
  if (!rest.ok) return rest
  return withoutProgram([...first.words, ...rest.words], env)
}

function wordsOf(written: unknown, env: Environment): ComposeWords {
  if (written === undefined || written === null) return { ok: true, words: [] }
  if (Array.isArray(written))
    return { ok: true, words: written.map((item) => interpolate(String(item), env)) }
  if (typeof written !== 'string') return { ok: false, why: 'it must be a text or a list' }
  const { text, missing } = interpolate(written, env)
  if (missing.length > 0) return { ok: false, why: `it needs ${missing.join(', ')}, which is not set here` }
  return splitAsShell(text)
}

function splitAsShell(text: string): ComposeWords {
  const words: ComposeWord[] = []
  for (const part of parse(text, (name) => `$${name}`)) {
    if (typeof part === 'string') words.push({ text: part, missing: [] })
    else if ('pattern' in part) words.push({ text: part.pattern, missing: [] })
    else if ('op' in part)
      return { ok: false, why: `it has ${JSON.stringify(part.op)}, which only a shell understands` }
  }
  return { ok: true, words }
}

/** Flags begin after the program: `woodpecker-autoscaler --max-agents 3`. */
function withoutProgram(words: readonly ComposeWord[], env: Environment): ComposeWords {
  const [program, option, script] = words
  if (program && SHELL.test(program.text)) {
    if (option?.text !== '-c' || script === undefined) return { ok: false, why: 'it runs a shell script' }
    const inner = splitAsShell(interpolate(script.text, env).text)
    if (!inner.ok) return inner
    return withoutProgram(inner.words[0]?.text === 'exec' ? inner.words.slice(1) : inner.words, env)
  }
  const begin = words.findIndex(({ text }) => text.startsWith('-'))
  return { ok: true, words: begin < 0 ? [] : words.slice(begin) }
}
