import { isBuiltin } from './builtins.ts'
import { parseNumber, unquoteChar, unquoteString } from './literals.ts'
import type { Position } from './position.ts'
import type { Command, Operand, Path, Pipeline } from './syntax.ts'
import { TemplateError } from './template-error.ts'
import type { Token, TokenKind } from './token.ts'
import { type TokenReader, unexpected } from './token-reader.ts'
import type { Value } from './value.ts'

/** Variables, with `$`, that are there at a place of the template; later ones hide earlier ones. */
export type Visible = string[]

/** Reads a pipeline up to its end, that included. `where` is the keyword that it belongs to, for messages. */
export function parsePipeline(
  reader: TokenReader,
  visible: Visible,
  where: string,
  end: 'close' | 'right-paren' = 'close',
): Pipeline {
  const { at } = reader.skipSpace().peek()
  const setting = reader.attempt(() => settingOf(reader, where)) ?? { variables: [], declares: true }
  for (const name of setting.variables) if (!setting.declares) expectVisible(name, visible, at)
  const commands: Command[] = []
  const unset = [...visible]
  visible.push(...(setting.declares ? setting.variables : []))
  // A variable is there from its own pipeline on, as in Go; used in it, it would have no value yet.
  for (;;) {
    const token = reader.skipSpace().peek()
    if (token.kind === end) break
    commands.push(parseCommand(reader, unset, where, commands.length > 0))
  }
  reader.next()
  if (commands.length === 0) throw new TemplateError(`a value is missing in ${where}`, at)
  return { ...setting, commands, at }
}

function settingOf(reader: TokenReader, where: string): Omit<Pipeline, 'commands' | 'at'> | undefined {
  const variables: string[] = []
  for (;;) {
    const token = reader.skipSpace().next()
    if (token.kind !== 'variable') {
      if (variables.length > 0) throw new TemplateError('range can set variables only', token.at)
      return undefined
    }
    const sign = reader.skipSpace().next()
    if (sign.kind !== 'declare' && sign.kind !== 'assign' && sign.kind !== 'comma') return undefined
    if (token.text === '$') throw new TemplateError('“$” is the data; it cannot be set', token.at)
    variables.push(token.text)
    if (sign.kind !== 'comma') return { variables, declares: sign.kind === 'declare' }
    if (where !== 'range' || variables.length > 1) {
      throw new TemplateError(`too many variables in ${where}`, token.at)
    }
  }
}

function parseCommand(reader: TokenReader, visible: Visible, where: string, later: boolean): Command {
  const words: Operand[] = []
  for (;;) {
    const start = reader.skipSpace().peek()
    const word = parseOperand(reader, visible, where)
    if (word) words.push(word)
    const [first] = words
    if (later && word && word === first && (word.kind === 'constant' || word.kind === 'nil' || isDot(word))) {
      throw new TemplateError(`“${start.text}” is no function: it cannot stand behind “|”`, start.at)
    }
    const token = reader.peek()
    if (token.kind === 'space') continue
    if (token.kind === 'pipe') {
      reader.next()
      // What follows must be a command, or the pipeline would end with the sign.
      const follower = reader.skipSpace().peek()
      if (follower.kind === 'close' || follower.kind === 'right-paren') throw unexpected(follower, where)
    } else if (token.kind !== 'close' && token.kind !== 'right-paren') throw unexpected(token, where)
    if (!first) throw unexpected(token, where)
    return { words: [first, ...words.slice(1)] }
  }
}

function isDot(word: Operand): boolean {
  return word.kind === 'path' && 'dot' in word.from && word.fields.length === 0
}

function parseOperand(reader: TokenReader, visible: Visible, where: string): Operand | undefined {
  const token = reader.peek()
  const { at } = token
  const constant = CONSTANTS[token.kind]
  if (constant) {
    reader.next()
    const value = constant(token.text)
    if (value === undefined) throw new TemplateError(`${token.text} is not supported`, at)
    return noFields(reader, { kind: 'constant', value, at })
  }
  switch (token.kind) {
    case 'nil':
      reader.next()
      return noFields(reader, { kind: 'nil', at })
    case 'function':
      reader.next()
      if (!isBuiltin(token.text)) throw new TemplateError(`no function “${token.text}”`, at)
      return noFields(reader, { kind: 'function', name: token.text, at })
    case 'dot':
      reader.next()
      return noFields(reader, { kind: 'path', from: { dot: true }, fields: [], at })
    case 'field':
      return { kind: 'path', from: { dot: true }, fields: parseFields(reader), at }
    case 'variable':
      reader.next()
      expectVisible(token.text, visible, at)
      return { kind: 'path', from: { variable: token.text }, fields: parseFields(reader), at }
    case 'left-paren':
      return parseParenthesis(reader, visible, where, token)
    default:
      return undefined
  }
}

const CONSTANTS: Partial<Record<TokenKind, (text: string) => Value>> = {
  bool: (text) => text === 'true',
  number: parseNumber,
  char: unquoteChar,
  string: unquoteString,
  'raw-string': unquoteString,
}

function parseParenthesis(reader: TokenReader, visible: Visible, where: string, { at }: Token): Path {
  reader.next()
  const pipeline = parsePipeline(reader, visible, where, 'right-paren')
  return { kind: 'path', from: { pipeline }, fields: parseFields(reader), at }
}

function parseFields(reader: TokenReader): readonly string[] {
  const fields: string[] = []
  while (reader.peek().kind === 'field') fields.push(reader.next().text.slice(1))
  return fields
}

function noFields(reader: TokenReader, operand: Operand): Operand {
  const token = reader.peek()
  if (token.kind === 'field') throw new TemplateError(`“${token.text}” cannot follow here`, token.at)
  return operand
}

function expectVisible(name: string, visible: Visible, at: Position): void {
  if (!visible.includes(name)) throw new TemplateError(`variable “${name}” is not set here`, at)
}
