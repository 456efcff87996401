import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml'

/** Keys and indexes, from the top of the file. */
export type Path = readonly (string | number)[]

/** Counted from 1, as editors do. */
export interface Place {
  readonly line: number
  readonly column: number
}

export interface SyntaxProblem {
  readonly place: Place
  readonly wrong: string
}

/** A YAML file that knows where in it everything stands. */
export class ConfigDocument {
  readonly problems: readonly SyntaxProblem[]
  readonly root: Node | undefined
  readonly #document: Document
  readonly #lines = new LineCounter()

  constructor(text: string) {
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
    this.#document = document
    this.root = document.contents ?? undefined
    // What comes after the first thing that does not fit follows from it, mostly.
    const first = document.errors.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN')
    const errors = first < 0 ? document.errors : document.errors.slice(0, first + 1)
    this.problems = [...errors, ...document.warnings].map(({ pos, message }) => ({
      place: this.placeOf(pos[0]),
      wrong: isBareReference(text, pos[0])
        ? `a reference like \${NAME} must be quoted where it stands between braces or brackets`
        : inOurWords(message.split('\n', 1)[0]!),
    }))
  }

  /** The node itself, where an alias stands for it; `undefined`: it names nothing. */
  resolve(node: Node | undefined): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node
  }

  /** The value of one key, or of one item. */
  child(node: Node | undefined, step: string | number): Node | undefined {
    const parent = this.resolve(node)
    if (isSeq(parent) && typeof step === 'number') return parent.items[step] as Node | undefined
    if (!isMap(parent)) return undefined
    return (pairOf(parent.items, step)?.value ?? undefined) as Node | undefined
  }

  find(path: Path): Node | undefined {
    return path.reduce<Node | undefined>((node, step) => this.child(node, step), this.root)
  }

  /** Where the value stands, or, where there is none, the nearest thing round it. */
  locate(path: Path): Place {
    let node: Node | undefined = this.root
    let offset = node?.range?.[0] ?? 0
    for (const step of path) {
      const parent = this.resolve(node)
      const key = isMap(parent) ? (pairOf(parent.items, step)?.key as Node | undefined) : undefined
      node = this.child(node, step)
      const found = node?.range?.[0] ?? key?.range?.[0]
      if (found === undefined) break
      offset = found
    }
    return this.placeOf(offset)
  }

  /** Where the key itself stands. */
  locateKey(path: Path): Place {
    const parent = this.resolve(this.find(path.slice(0, -1)))
    const key = isMap(parent) ? (pairOf(parent.items, path.at(-1)!)?.key as Node | undefined) : undefined
    return key?.range ? this.placeOf(key.range[0]) : this.locate(path)
  }

  placeOf(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
}

/** Labels that agents demand begin with what is the beginning of a tag to YAML. */
function inOurWords(message: string): string {
  const tag = /^Unresolved tag: (!.*?):?$/.exec(message)?.[1]
  return tag === undefined ? message : `what begins with ! must be quoted: "${tag}"`
}

function isBareReference(text: string, at: number): boolean {
  return text[at - 1] === '$' && text[at] === '{'
}

function pairOf(pairs: readonly Pair[], key: string | number): Pair | undefined {
  return pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

/** `pools[0].agent.image` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const name = /^[\w$-]+$/.test(step) ? step : JSON.stringify(step)
    return text === '' ? name : `${text}.${name}`
  }, '')
}
