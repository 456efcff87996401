import { lexAction } from './lex-action.ts'
import { type Position, positionOf } from './position.ts'
import { TemplateError } from './template-error.ts'
import type { Token } from './token.ts'

/** What Go takes for white space; its trim marks eat no other. */
const SPACE_AT_END = /[ \t\r\n]+$/
const SPACE = /[ \t\r\n]*/y

/**
 * Cuts a Go template into text and actions, and applies the trim marks (`{{- ` and ` -}}` eat the white
 * space next to them). Comments vanish.
 */
export function lex(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const open = source.indexOf('{{', at)
    if (open < 0) break
    const trims = /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4))
    const text = source.slice(at, open)
    addText(tokens, trims ? text.replace(SPACE_AT_END, '') : text, positionOf(source, at))
    const inside = open + (trims ? 4 : 2)
    const end = source.startsWith('/*', inside)
      ? endOfComment(source, open, inside)
      : lexAction(source, open, inside, tokens)
    at = end.trims ? afterSpace(source, end.at) : end.at
  }
  addText(tokens, source.slice(at), positionOf(source, at))
  tokens.push({ kind: 'end-of-template', text: '', at: positionOf(source, source.length) })
  return tokens
}

/** Where an action ends, and whether the white space behind it goes too. */
export interface ActionEnd {
  readonly at: number
  readonly trims: boolean
}

function addText(tokens: Token[], text: string, at: Position): void {
  if (text !== '') tokens.push({ kind: 'text', text, at })
}

/** A comment fills its action: Go allows nothing between it and the braces but the trim marks. */
function endOfComment(source: string, open: number, inside: number): ActionEnd {
  const close = source.indexOf('*/', inside + 2)
  if (close < 0) throw new TemplateError('a comment that is never closed', positionOf(source, open))
  const [end] = /^(?:[ \t\r\n]-)?\}\}/.exec(source.slice(close + 2, close + 6)) ?? []
  if (end === undefined) {
    throw new TemplateError('a comment must end with “*/}}” or “*/ -}}”', positionOf(source, close))
  }
  return { at: close + 2 + end.length, trims: end.length > 2 }
}

function afterSpace(source: string, from: number): number {
  SPACE.lastIndex = from
  SPACE.test(source)
  return SPACE.lastIndex
}
