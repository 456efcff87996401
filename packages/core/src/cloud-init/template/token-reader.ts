import { TemplateError } from './template-error.ts'
import type { Token, TokenKind } from './token.ts'

/** Goes over the tokens of a template, one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? this.#tokens.at(-1)!
  }

  next(): Token {
    const token = this.peek()
    this.#next++
    return token
  }

  skipSpace(): this {
    while (this.peek().kind === 'space') this.#next++
    return this
  }

  /** What `read` answers; if that is `undefined`, everything is as it was before. */
  attempt<Result>(read: () => Result | undefined): Result | undefined {
    const before = this.#next
    const result = read()
    if (result === undefined) this.#next = before
    return result
  }

  /** The next token if it is of that kind, white space apart; else an error. */
  expect(kind: TokenKind, where: string): Token {
    const token = this.skipSpace().next()
    if (token.kind !== kind) throw unexpected(token, where)
    return token
  }
}

export function unexpected(token: Token, where: string): TemplateError {
  const text = token.kind === 'end-of-template' ? 'the end of the template' : `“${token.text}”`
  return new TemplateError(`${text} is not expected in ${where}`, token.at)
}
