import type { Position } from './position.ts'

/** A piece of a template. White space inside of an action is a token too: `a .b` and `a.b` differ. */
export interface Token {
  readonly kind: TokenKind
  /** As written; of `text` what is left after the trim marks. */
  readonly text: string
  readonly at: Position
}

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'declare'
  | 'assign'
  | 'pipe'
  | 'comma'
  | 'left-paren'
  | 'right-paren'
  | 'keyword'
  | 'function'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'char'
  | 'string'
  | 'raw-string'
  | 'end-of-template'
