import type { Operand } from './operand.ts'
import type { Node } from './parser.ts'
import { TemplateError } from './template-error.ts'

/** What a template can show: texts, and tables of texts. */
export type Value = string | Readonly<Record<string, string>>

/** By name, as templates write them without the dot. An unknown one is an error; an unknown key of a table is not. */
export type Data = Readonly<Record<string, Value>>

interface Scope {
  readonly data: Data
  readonly dot: Value | Data
  readonly variables: Readonly<Record<string, Value>>
}

/** Renders a parsed template, as Go's text/template would: nothing is escaped, tables come sorted by key. */
export function evaluate(nodes: readonly Node[], data: Data): string {
  return render(nodes, { data, dot: data, variables: {} })
}

function render(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => renderNode(node, scope)).join('')
}

function renderNode(node: Node, scope: Scope): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'print': {
      const value = resolve(node.operand, scope)
      if (typeof value === 'string') return value
      throw new TemplateError('a table cannot be shown whole; range over it', placeOf(node.operand))
    }
    case 'if':
      return render(isTrue(resolve(node.condition, scope)) ? node.then : node.otherwise, scope)
    case 'range':
      return renderRange(node, scope)
    default:
      return node satisfies never
  }
}

function renderRange(node: Extract<Node, { kind: 'range' }>, scope: Scope): string {
  const over = resolve(node.over, scope)
  if (typeof over === 'string') throw new TemplateError('range needs a table', placeOf(node.over))
  const entries = Object.entries(over as Readonly<Record<string, string>>).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  if (entries.length === 0) return render(node.otherwise, scope)
  return entries
    .map(([key, value]) => {
      const variables = { ...scope.variables }
      if (node.key) variables[node.key] = key
      if (node.value) variables[node.value] = value
      return render(node.body, { ...scope, dot: value, variables })
    })
    .join('')
}

function resolve(operand: Operand, scope: Scope): Value | Data {
  if (operand.kind === 'literal') return operand.value
  let value = baseOf(operand, scope)
  for (const field of operand.fields) {
    if (typeof value === 'string') throw new TemplateError(`“.${field}” of a text`, operand.at)
    const inner: Value | undefined = Object.hasOwn(value, field) ? value[field] : undefined
    if (inner === undefined && value === scope.data) {
      const known = Object.keys(scope.data).map((name) => `.${name}`)
      throw new TemplateError(`“.${field}” is not known; there are ${known.join(', ')}`, operand.at)
    }
    // What Go prints for a key that a map has not.
    value = inner ?? '<no value>'
  }
  return value
}

function baseOf(operand: Extract<Operand, { kind: 'path' }>, scope: Scope): Value | Data {
  if (operand.base === '.') return scope.dot
  if (operand.base === '$') return scope.data
  const value = scope.variables[operand.base]
  if (value === undefined) throw new TemplateError(`variable “${operand.base}” is not set here`, operand.at)
  return value
}

function isTrue(value: Value | Data): boolean {
  if (typeof value === 'string') return value !== '' && value !== '<no value>'
  return Object.keys(value).length > 0
}

function placeOf(operand: Operand) {
  return operand.kind === 'path' ? operand.at : { line: 1, column: 1 }
}
