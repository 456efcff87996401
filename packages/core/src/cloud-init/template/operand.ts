import { TemplateError } from './template-error.ts'
import type { Position, Word } from './tokens.ts'

/** A value: a literal, or a path that begins at the dot, at the root (`$`) or at a variable. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: string }
  | {
      readonly kind: 'path'
      readonly base: string
      readonly fields: readonly string[]
      readonly at: Position
    }

const PATH = /^(\$\w*)?((?:\.\w+)*)$/

/** Reads the words of an action that should be one value; functions and pipes are not supported. */
export function parseOperand(words: readonly Word[], at: Position): Operand {
  const [word, more] = words
  if (!word) throw new TemplateError('a value is missing', at)
  if (/^["`]/.test(word.text) && !more) return { kind: 'literal', value: unquote(word) }
  const path = word.text === '.' ? ['', '', ''] : PATH.exec(word.text)
  if (!path) throw new TemplateError(`“${word.text}” is not supported: functions are not`, word.at)
  if (more) throw new TemplateError(`“${more.text}” is not supported: one value is expected`, more.at)
  return {
    kind: 'path',
    base: path[1] || '.',
    fields: (path[2] ?? '').split('.').filter((field) => field !== ''),
    at: word.at,
  }
}

function unquote(word: Word): string {
  if (word.text.startsWith('`')) return word.text.slice(1, -1)
  try {
    return String(JSON.parse(word.text))
  } catch {
    throw new TemplateError(`${word.text} has an escape that is not supported`, word.at)
  }
}
