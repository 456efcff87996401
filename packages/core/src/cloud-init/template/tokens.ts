import { TemplateError } from './template-error.ts'

/** Where something stands in a template; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A piece of a template: text to be copied, or what stands between `{{` and `}}`. */
export type Token =
  | { readonly kind: 'text'; readonly text: string; readonly at: Position }
  | { readonly kind: 'action'; readonly words: readonly Word[]; readonly at: Position }

/** A word of an action: a keyword, a path (`.Image`, `$value.Name`), a literal, or a sign. */
export interface Word {
  readonly text: string
  readonly at: Position
}

const ACTION = /\{\{(-(?=\s))?([\s\S]*?)(?:(\s-)?\}\})/g
const COMMENT = /^\s*\/\*[\s\S]*\*\/\s*$/
const WORD = /\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|:=|[,|()=]|[^\s,|()=":`]+/y

/**
 * Cuts a Go template into text and actions, and applies the trim marks (`{{-` and `-}}` eat the white
 * space next to them). Comments vanish.
 */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let from = 0
  let trimNext = false
  const addText = (to: number, trimEnd: boolean) => {
    let text = source.slice(from, to)
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '')
    if (trimEnd) text = text.replace(/[ \t\r\n]+$/, '')
    if (text !== '') tokens.push({ kind: 'text', text, at: positionOf(source, from) })
  }
  for (const match of source.matchAll(ACTION)) {
    addText(match.index, match[1] !== undefined)
    const inner = match[2] ?? ''
    const innerFrom = match.index + 2 + (match[1]?.length ?? 0)
    if (!COMMENT.test(inner)) {
      tokens.push({
        kind: 'action',
        words: wordsOf(source, inner, innerFrom),
        at: positionOf(source, match.index),
      })
    }
    from = match.index + match[0].length
    trimNext = match[3] !== undefined
  }
  const open = source.indexOf('{{', from)
  if (open >= 0) throw new TemplateError('“{{” is never closed', positionOf(source, open))
  addText(source.length, false)
  return tokens
}

function wordsOf(source: string, inner: string, offset: number): readonly Word[] {
  const words: Word[] = []
  WORD.lastIndex = 0
  while (WORD.lastIndex < inner.length) {
    const at = WORD.lastIndex
    const match = WORD.exec(inner)
    if (!match)
      throw new TemplateError(`cannot read “${inner.slice(at).trim()}”`, positionOf(source, offset + at))
    if (match[0].trim() !== '') words.push({ text: match[0], at: positionOf(source, offset + at) })
  }
  return words
}

function positionOf(source: string, index: number): Position {
  const before = source.slice(0, index)
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') }
}
