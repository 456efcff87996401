import { lex } from './lex.ts'

/** The functions that a template calls somewhere. */
export function functionsUsed(source: string): ReadonlySet<string> {
  return new Set(lex(source).flatMap(({ kind, text }) => (kind === 'function' ? [text] : [])))
}
