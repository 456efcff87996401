import { type Operand, parseOperand } from './operand.ts'
import { TemplateError } from './template-error.ts'
import type { Position, Token, Word } from './tokens.ts'

/** What a template is made of. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly operand: Operand }
  | {
      readonly kind: 'if'
      readonly condition: Operand
      readonly then: readonly Node[]
      readonly otherwise: readonly Node[]
    }
  | {
      readonly kind: 'range'
      readonly over: Operand
      /** Names, `$` among them, of key and value. */
      readonly key: string | undefined
      readonly value: string | undefined
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }

const UNSUPPORTED = new Set(['with', 'define', 'block', 'template', 'break', 'continue'])

/** Builds the tree of a template; refuses, with its place, what is not supported. */
export function parse(tokens: readonly Token[]): readonly Node[] {
  const parser = new Parser(tokens)
  const { nodes, end } = parser.nodes(undefined)
  if (end) throw new TemplateError(`“{{ ${end.words[0]?.text} }}” without its “if” or “range”`, end.at)
  return nodes
}

type Action = Extract<Token, { kind: 'action' }>

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** Nodes up to an `else` or `end`, which is answered too, or up to the end of the template. */
  nodes(opener: Action | undefined): { nodes: readonly Node[]; end: Action | undefined } {
    const nodes: Node[] = []
    for (;;) {
      const token = this.#tokens[this.#next++]
      if (!token) {
        if (opener) throw new TemplateError(`“{{ ${opener.words[0]?.text} }}” has no “{{ end }}”`, opener.at)
        return { nodes, end: undefined }
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text })
        continue
      }
      const [first, ...rest] = token.words
      if (!first) throw new TemplateError('an empty action', token.at)
      if (first.text === 'end' || first.text === 'else') return { nodes, end: token }
      nodes.push(this.#action(token, first, rest))
    }
  }

  #action(token: Action, first: Word, rest: readonly Word[]): Node {
    if (UNSUPPORTED.has(first.text)) throw new TemplateError(`“${first.text}” is not supported`, first.at)
    if (first.text === 'if') return this.#if(token, rest)
    if (first.text !== 'range') return { kind: 'print', operand: parseOperand(token.words, token.at) }
    const { key, value, over } = rangeClause(rest, token.at)
    const { then: body, otherwise } = this.#branches(token)
    return { kind: 'range', over, key, value, body, otherwise }
  }

  #if(token: Action, condition: readonly Word[]): Node {
    return { kind: 'if', condition: parseOperand(condition, token.at), ...this.#branches(token) }
  }

  /** The bodies of an `if` or `range` up to its `end`; `else if` is an `if` inside the `else`. */
  #branches(opener: Action): { then: readonly Node[]; otherwise: readonly Node[] } {
    const { nodes: then, end } = this.nodes(opener)
    const [first, second, ...rest] = end!.words
    if (first!.text === 'end') {
      expectNothing(second)
      return { then, otherwise: [] }
    }
    if (second?.text === 'if' && opener.words[0]?.text !== 'range') {
      return { then, otherwise: [this.#if({ ...end!, words: [second, ...rest] }, rest)] }
    }
    expectNothing(second)
    const { nodes: otherwise, end: last } = this.nodes(opener)
    if (last!.words[0]?.text !== 'end') throw new TemplateError('a second “{{ else }}”', last!.at)
    return { then, otherwise }
  }
}

function rangeClause(words: readonly Word[], at: Position) {
  const assign = words.findIndex(({ text }) => text === ':=')
  const names = words.slice(0, Math.max(assign, 0)).filter(({ text }) => text !== ',')
  const wrong = names.length > 2 ? names[2] : names.find(({ text }) => !/^\$\w+$/.test(text))
  if (wrong) throw new TemplateError(`“${wrong.text}” cannot be a variable here`, wrong.at)
  const texts = names.map(({ text }) => text)
  return {
    // Of one name Go makes the value.
    key: texts.length === 2 ? texts[0] : undefined,
    value: texts.at(-1),
    over: parseOperand(words.slice(assign + 1), at),
  }
}

function expectNothing(word: Word | undefined): void {
  if (word) throw new TemplateError(`“${word.text}” is not expected here`, word.at)
}
