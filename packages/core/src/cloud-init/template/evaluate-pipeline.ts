import { callBuiltin } from './builtins.ts'
import type { Position } from './position.ts'
import type { Command, Operand, Path, Pipeline } from './syntax.ts'
import { TemplateError } from './template-error.ts'
import { isTrue, nameOf, Structure, Table, type Value } from './value.ts'
import type { Variables } from './variables.ts'

/** Where an expression stands: what the dot is, and which variables there are. */
export interface Scope {
  readonly dot: Value
  readonly variables: Variables
}

export function evaluatePipeline(pipeline: Pipeline, scope: Scope): Value {
  let piped: readonly Value[] = []
  for (const command of pipeline.commands) piped = [evaluateCommand(command, scope, piped)]
  const [value] = piped
  for (const name of pipeline.variables) {
    if (pipeline.declares) scope.variables.declare(name, value)
    else if (!scope.variables.assign(name, value)) throw notSet(name, pipeline.at)
  }
  return value
}

/** `piped` is the value of the command before, if there is one: the last argument of this one. */
function evaluateCommand({ words }: Command, scope: Scope, piped: readonly Value[]): Value {
  const [first, ...rest] = words
  if (first.kind === 'function') return callFunction(first.name, rest, scope, piped, first.at)
  const argument = rest[0]
  if (argument || piped.length > 0) {
    throw new TemplateError('only a function can be given arguments', (argument ?? first).at)
  }
  if (first.kind === 'nil') throw new TemplateError('“nil” has no value of its own', first.at)
  return evaluateOperand(first, scope)
}

function evaluateOperand(operand: Operand, scope: Scope): Value {
  switch (operand.kind) {
    case 'constant':
      return operand.value
    case 'nil':
      return undefined
    case 'function':
      return callFunction(operand.name, [], scope, [], operand.at)
    case 'path':
      return operand.fields.reduce<Value>(
        (value, field) => fieldOf(value, field, operand.at),
        startOf(operand, scope),
      )
    default:
      return operand satisfies never
  }
}

function callFunction(
  name: string,
  words: readonly Operand[],
  scope: Scope,
  piped: readonly Value[],
  at: Position,
): Value {
  if (name === 'and' || name === 'or') {
    if (words.length + piped.length === 0) throw new TemplateError(`“${name}” lacks its arguments`, at)
    let value: Value
    for (const word of words) {
      value = evaluateOperand(word, scope)
      if (isTrue(value) === (name === 'or')) return value
    }
    return piped.length > 0 ? piped[0] : value
  }
  const values = [...words.map((word) => evaluateOperand(word, scope)), ...piped]
  try {
    return callBuiltin(name, values)
  } catch (error) {
    throw new TemplateError(`“${name}”: ${(error as Error).message}`, at)
  }
}

function startOf({ from, at }: Path, scope: Scope): Value {
  if ('dot' in from) return scope.dot
  if ('pipeline' in from) return evaluatePipeline(from.pipeline, scope)
  const variable = scope.variables.find(from.variable)
  if (!variable) throw notSet(from.variable, at)
  return variable.value
}

function fieldOf(value: Value, field: string, at: Position): Value {
  if (value === undefined) return undefined
  if (value instanceof Table) return value.entries.get(field)
  if (!(value instanceof Structure)) throw new TemplateError(`“.${field}” of ${nameOf(value)}`, at)
  if (value.fields.has(field)) return value.fields.get(field)
  const known = [...value.fields.keys()].map((name) => `.${name}`).join(', ')
  throw new TemplateError(`“.${field}” is not known; there are ${known}`, at)
}

function notSet(name: string, at: Position): TemplateError {
  return new TemplateError(`variable “${name}” is not set here`, at)
}
