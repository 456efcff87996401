import type { ActionEnd } from './lex.ts'
import { positionOf } from './position.ts'
import { TemplateError } from './template-error.ts'
import type { Token, TokenKind } from './token.ts'

const CLOSE = /([ \t\r\n]-)?\}\}/y

/** Tried in this order. A space that belongs to a closing trim mark is left for that. */
const TOKENS: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /[ \t\r\n]+?(?=[^ \t\r\n]|[ \t\r\n]-\}\}|$)/y],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['pipe', /\|/y],
  ['comma', /,/y],
  ['left-paren', /\(/y],
  ['right-paren', /\)/y],
  ['string', /"(?:[^"\\\n]|\\[^\n])*"/y],
  ['raw-string', /`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\[^\n])*'/y],
  ['number', /[+-]?\.?\d[\w.]*(?:(?<=\d[eE])[+-]\d+)?/y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['field', /\.[\p{L}\p{Nd}_]+/uy],
  ['dot', /\./y],
  ['function', /[\p{L}\p{Nd}_]+/uy],
]

const KEYWORDS: ReadonlySet<string> = new Set(
  'block break continue define else end if range template with'.split(' '),
)
/** What must follow a word: `.Image|print` is fine, `.Image"x"` is not. */
const TERMINATOR = /[ \t\r\n.,|:()]|\}\}|$/y
const WORDS: ReadonlySet<TokenKind> = new Set(['variable', 'field', 'dot', 'function', 'number'])

/** Reads the tokens of one action, from behind its opening braces to behind the closing ones. */
export function lexAction(source: string, open: number, inside: number, tokens: Token[]): ActionEnd {
  tokens.push({ kind: 'open', text: '{{', at: positionOf(source, open) })
  let index = inside
  for (;;) {
    const close = matchAt(CLOSE, source, index)
    if (close) {
      tokens.push({ kind: 'close', text: '}}', at: positionOf(source, index) })
      return { at: index + close[0].length, trims: close[1] !== undefined }
    }
    const token = tokenAt(source, index)
    if (!token) throw unreadable(source, open, index)
    tokens.push(token)
    index += token.text.length
    if (WORDS.has(token.kind) && !matchAt(TERMINATOR, source, index)) throw unreadable(source, open, index)
  }
}

function tokenAt(source: string, index: number): Token | undefined {
  for (const [kind, pattern] of TOKENS) {
    const text = matchAt(pattern, source, index)?.[0]
    if (text !== undefined) {
      return { kind: kind === 'function' ? kindOfWord(text) : kind, text, at: positionOf(source, index) }
    }
  }
  return undefined
}

function kindOfWord(word: string): TokenKind {
  if (KEYWORDS.has(word)) return 'keyword'
  if (word === 'nil') return 'nil'
  return word === 'true' || word === 'false' ? 'bool' : 'function'
}

function matchAt(pattern: RegExp, source: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index
  return pattern.exec(source)
}

function unreadable(source: string, open: number, index: number): TemplateError {
  const rest = source
    .slice(index, index + 12)
    .split('\n', 1)[0]
    ?.trim()
  if (!rest) return new TemplateError('“{{” is never closed', positionOf(source, open))
  const quote = /^["'`]/.test(rest) ? 'a quote that is never closed: ' : 'cannot be read: '
  return new TemplateError(`${quote}“${rest}”`, positionOf(source, index))
}
