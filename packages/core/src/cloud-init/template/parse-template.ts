import { unquoteString } from './literals.ts'
import { parsePipeline, type Visible } from './parse-pipeline.ts'
import type { Branch, Node, ParsedTemplate } from './syntax.ts'
import { TemplateError } from './template-error.ts'
import type { Token } from './token.ts'
import { TokenReader, unexpected } from './token-reader.ts'

/** What the Go autoscaler calls the template itself. */
const ITSELF = 'user-data'

/** Builds the tree of a template; refuses, with its place, what is wrong or not supported. */
export function parseTemplate(tokens: readonly Token[]): ParsedTemplate {
  return new Parser(new TokenReader(tokens)).template()
}

/** What is known where a list of nodes is read. */
interface Place {
  /** The action that an `end` belongs to; `undefined`: the template as a whole. */
  readonly opener: Token | undefined
  readonly visible: Visible
  readonly insideRange: boolean
}

/** `end` or `else`, with what may follow the latter. */
interface Ending {
  readonly word: Token
  readonly elseOf: 'if' | 'with' | undefined
}

class Parser {
  readonly #reader: TokenReader
  readonly #definitions = new Map<string, readonly Node[]>()

  constructor(reader: TokenReader) {
    this.#reader = reader
  }

  template(): ParsedTemplate {
    const { nodes, ending } = this.#list({ opener: undefined, visible: ['$'], insideRange: false })
    if (ending) throw new TemplateError(`“{{ ${ending.word.text} }}” ends nothing`, ending.word.at)
    return { nodes, definitions: this.#definitions }
  }

  /** Nodes up to an `end` or `else`, or up to the end of the template. */
  #list(place: Place): { readonly nodes: readonly Node[]; readonly ending?: Ending } {
    const nodes: Node[] = []
    for (;;) {
      const token = this.#reader.next()
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text })
        continue
      }
      if (token.kind === 'end-of-template') {
        if (!place.opener) return { nodes }
        throw new TemplateError(`“{{ ${place.opener.text} }}” has no “{{ end }}”`, place.opener.at)
      }
      // What is missing or too much is told with the place of the whole action.
      const word = { ...this.#reader.skipSpace().peek(), at: token.at }
      if (word.kind !== 'keyword') {
        nodes.push({ kind: 'action', pipeline: parsePipeline(this.#reader, place.visible, 'an action') })
        continue
      }
      this.#reader.next()
      if (word.text === 'end' || word.text === 'else') return { nodes, ending: this.#ending(word) }
      nodes.push(...this.#keyword(word, place))
    }
  }

  #ending(word: Token): Ending {
    const next = this.#reader.skipSpace().peek()
    if (word.text === 'else' && next.kind === 'keyword' && (next.text === 'if' || next.text === 'with')) {
      this.#reader.next()
      return { word, elseOf: next.text }
    }
    this.#reader.expect('close', word.text)
    return { word, elseOf: undefined }
  }

  #keyword(word: Token, place: Place): readonly Node[] {
    switch (word.text) {
      case 'if':
      case 'with':
      case 'range':
        return [this.#branch(word, word.text, place)]
      case 'break':
      case 'continue':
        if (!place.insideRange) throw new TemplateError(`“${word.text}” outside of a range`, word.at)
        this.#reader.expect('close', word.text)
        return [{ kind: word.text }]
      case 'template':
        return [this.#call(word, place)]
      case 'define':
        if (place.opener) throw new TemplateError('define must not stand inside of anything', word.at)
        this.#define(this.#name('define'), word, true)
        return []
      case 'block': {
        const name = this.#name('block')
        const pipeline = parsePipeline(this.#reader, place.visible, 'block')
        this.#define(name, word, false)
        return [{ kind: 'template', name, pipeline, at: word.at }]
      }
      default:
        throw unexpected(word, 'an action')
    }
  }

  #branch(word: Token, kind: Branch['kind'], place: Place): Branch {
    // What is set inside is forgotten behind the end.
    const visible = [...place.visible]
    const pipeline = parsePipeline(this.#reader, visible, kind)
    const inside = { opener: word, visible, insideRange: place.insideRange || kind === 'range' }
    const { nodes: body, ending } = this.#list(inside)
    const branch = { kind, pipeline, body }
    if (ending?.word.text === 'end') return { ...branch, otherwise: [] }
    const outside = { ...inside, insideRange: place.insideRange }
    if (ending?.elseOf) {
      if (ending.elseOf !== kind) throw unexpected(ending.word, `${kind} with “${ending.elseOf}” behind it`)
      return { ...branch, otherwise: [this.#branch(word, kind, outside)] }
    }
    const { nodes: otherwise, ending: last } = this.#list(outside)
    if (last?.word.text !== 'end') throw new TemplateError('a second “{{ else }}”', last!.word.at)
    return { ...branch, otherwise }
  }

  #call(word: Token, place: Place): Node {
    const name = this.#name('template')
    if (this.#reader.skipSpace().peek().kind === 'close') {
      this.#reader.next()
      return { kind: 'template', name, at: word.at }
    }
    const pipeline = parsePipeline(this.#reader, place.visible, 'template')
    return { kind: 'template', name, pipeline, at: word.at }
  }

  #name(where: string): string {
    const token = this.#reader.skipSpace().next()
    const name = /string$/.test(token.kind) ? unquoteString(token.text) : undefined
    if (name === undefined) throw unexpected(token, where)
    return name
  }

  #define(name: string, word: Token, closes: boolean): void {
    if (closes) this.#reader.expect('close', word.text)
    const { nodes, ending } = this.#list({ opener: word, visible: ['$'], insideRange: false })
    if (ending?.word.text !== 'end') throw unexpected(ending!.word, word.text)
    const before = this.#definitions.get(name)
    // Go lets a definition replace an empty one, and an empty one replace nothing.
    if (!before || isEmpty(before)) this.#definitions.set(name, nodes)
    if ((before && !isEmpty(before) && !isEmpty(nodes)) || name === ITSELF) {
      throw new TemplateError(`template “${name}” is there already`, word.at)
    }
  }
}

function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '')
}
