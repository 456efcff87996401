import { evaluatePipeline, type Scope } from './evaluate-pipeline.ts'
import { printValue } from './print-value.ts'
import type { Branch, Node, ParsedTemplate } from './syntax.ts'
import { TemplateError } from './template-error.ts'
import { isTrue, nameOf, type Structure, Table, type Value, Whole } from './value.ts'
import { Variables } from './variables.ts'

/** Go stops at 100,000 templates within each other; a template that calls itself has no use here. */
const DEEPEST = 100
/** No cloud takes as much: a `range` over a huge number ends here rather than never. */
const MOST_CHARACTERS = 4 * 1024 * 1024

/** Renders a parsed template as Go's text/template would: nothing is escaped. Throws `TemplateError`. */
export function renderTemplate(template: ParsedTemplate, data: Structure): string {
  const rendering = new Rendering(template)
  rendering.walk(template.nodes, { dot: data, variables: new Variables(data) })
  return rendering.text
}

/** How a list of nodes ended: by itself, or by a word that is for the `range` around it. */
type Ended = 'break' | 'continue' | undefined

class Rendering {
  readonly #template: ParsedTemplate
  #depth = 0
  text = ''

  constructor(template: ParsedTemplate) {
    this.#template = template
  }

  walk(nodes: readonly Node[], scope: Scope): Ended {
    for (const node of nodes) {
      const ended = this.#node(node, scope)
      if (ended) return ended
    }
    return undefined
  }

  #node(node: Node, scope: Scope): Ended {
    switch (node.kind) {
      case 'text':
        this.text += node.text
        return undefined
      case 'action': {
        const value = evaluatePipeline(node.pipeline, scope)
        if (node.pipeline.variables.length === 0) this.text += shown(value, node.pipeline)
        return undefined
      }
      case 'if':
      case 'with':
      case 'range': {
        const before = scope.variables.count
        const ended = node.kind === 'range' ? this.#range(node, scope) : this.#choice(node, scope)
        scope.variables.forgetSince(before)
        return ended
      }
      case 'template':
        this.#call(node, scope)
        return undefined
      case 'break':
      case 'continue':
        return node.kind
      default:
        return node satisfies never
    }
  }

  #choice(node: Branch, scope: Scope): Ended {
    const value = evaluatePipeline(node.pipeline, scope)
    if (!isTrue(value)) return this.walk(node.otherwise, scope)
    return this.walk(node.body, node.kind === 'with' ? { ...scope, dot: value } : scope)
  }

  #range(node: Branch, scope: Scope): Ended {
    const { pipeline, body, otherwise } = node
    const value = evaluatePipeline(pipeline, scope)
    const before = scope.variables.count
    let rounds = 0
    for (const [key, element] of membersOf(value, pipeline)) {
      rounds++
      const [first, second] = pipeline.variables
      // Of one variable Go makes the element. They exist already: the pipeline has declared them.
      if (first !== undefined) scope.variables.assign(first, second === undefined ? element : key)
      if (second !== undefined) scope.variables.assign(second, element)
      const ended = this.walk(body, { ...scope, dot: element })
      scope.variables.forgetSince(before)
      if (this.text.length > MOST_CHARACTERS) throw new TemplateError('it never ends', pipeline.at)
      if (ended === 'break') break
    }
    return rounds === 0 ? this.walk(otherwise, scope) : undefined
  }

  #call(node: Extract<Node, { kind: 'template' }>, scope: Scope): void {
    const nodes = this.#template.definitions.get(node.name)
    if (!nodes) throw new TemplateError(`no template “${node.name}”`, node.at)
    const dot = node.pipeline && evaluatePipeline(node.pipeline, scope)
    if (++this.#depth > DEEPEST) throw new TemplateError(`“${node.name}” calls itself`, node.at)
    this.walk(nodes, { dot, variables: new Variables(dot) })
    this.#depth--
  }
}

function shown(value: Value, { at }: Branch['pipeline']): string {
  // Where Go itself prints a value, and not one of its functions.
  const text = value === undefined ? '<no value>' : printValue(value)
  if (text === undefined) throw new TemplateError('the data cannot be shown whole', at)
  return text
}

/** Keys and elements in Go's order. A number is ranged over from 0. */
function* membersOf(
  value: Value,
  { variables, at }: Branch['pipeline'],
): Generator<readonly [Value, Value], void> {
  if (value === undefined) return
  if (value instanceof Table) yield* value.entries
  else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield [new Whole(index), element]
  } else if (value instanceof Whole && variables.length < 2) {
    for (let index = 0; index < value.value; index++) yield [undefined, new Whole(index)]
  } else {
    const place = value instanceof Whole ? 'a number with two variables' : nameOf(value)
    throw new TemplateError(`range cannot go over ${place}`, at)
  }
}
