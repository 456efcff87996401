import { nearestKey, parseBoolean } from '@woodpeckers/autoscaler-core'
import { subjectOfVariable } from '@woodpeckers/autoscaler-woodpecker/agent'
import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import type { ConfigDocument, Path } from './document.ts'
import type { JsonNode } from './file-schema.ts'
import { loginsIn, looksSecret } from './looks-secret.ts'
import type { Problems } from './problems.ts'
import {
  isFileReference,
  isVariable,
  type ReadFile,
  type ReferenceSources,
  resolveFile,
  resolveVariables,
} from './references.ts'

/** Reads nodes of a file as a schema wants them, with what variables and files hold put in. */
export interface Reader {
  readonly document: ConfigDocument
  readonly problems: Problems
  readonly sources: ReferenceSources
  /** Filled on the way. */
  readonly secrets: string[]
  readonly files: ReadFile[]
}

/**
 * The value of a node for the schema; `undefined`: none, or one that has its problem already. What the values are
 * worth is for zod to say; here is said what has no place in the file, or another shape than wanted.
 */
export function readNode(node: Node | undefined, schema: JsonNode, path: Path, reader: Reader): unknown {
  const { document, problems } = reader
  const value = document.resolve(node)
  if (!value || (isScalar(value) && value.value === null) || schema.kind === 'elsewhere') return undefined
  if (schema.properties) return readSection(value, schema, path, reader)
  if (schema.type === 'object') return readPairs(value, schema, path, reader)
  if (schema.type === 'array') return readList(value, schema, path, reader)
  if (isScalar(value)) return readScalar(value, schema, path, reader)
  problems.add(
    path,
    schema.type === undefined ? 'cannot be read' : `must be ${WANTED[schema.type] ?? 'text'}`,
  )
  return undefined
}

const WANTED: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  integer: 'a whole number, like 3',
  number: 'a number, like 1.5',
}

function readSection(node: Node, schema: JsonNode, path: Path, reader: Reader): unknown {
  const { problems, document } = reader
  if (!isMap(node)) return refuse(path, 'must be settings, each on a line of its own: key: value', reader)
  const known = schema.properties ?? {}
  const read: Record<string, unknown> = {}
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : ''
    const here = [...path, name]
    const child = Object.hasOwn(known, name) ? known[name] : undefined
    // Anchors have to stand somewhere.
    if (!child && path.length === 0 && name.startsWith('x-')) continue
    if (!child) {
      problems.add(here, unknownKey(name, Object.keys(known)), document.locateKey(here))
      continue
    }
    const inner = readNode(value as Node | undefined, child, here, reader)
    if (inner !== undefined) read[name] = inner
  }
  return read
}

function unknownKey(name: string, known: readonly string[]): string {
  const nearest = nearestKey(name, known)
  if (nearest !== undefined) return `is not known; did you mean ${nearest}?`
  return `is not known; there are ${known.join(', ')}`
}

function readPairs(node: Node, schema: JsonNode, path: Path, reader: Reader): unknown {
  if (!isMap(node)) return refuse(path, 'must be pairs, each on a line of its own: key: value', reader)
  const read: [string, unknown][] = []
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.source ?? key.value) : ''
    const inner = reader.document.resolve((value ?? undefined) as Node | undefined)
    const here = [...path, name]
    if (!inner || !isScalar(inner)) {
      reader.problems.add(here, 'must be text')
      continue
    }
    const pairs = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}
    const text = readScalar(inner, { ...pairs, type: pairs.type ?? 'string' }, here, reader)
    if (text !== undefined) read.push([name, text])
  }
  return Object.fromEntries(read)
}

function readList(node: Node, { items = {} }: JsonNode, path: Path, reader: Reader): unknown {
  if (!isSeq(node)) return refuse(path, 'must be a list, like [a, b]', reader)
  return (node.items as readonly Node[]).flatMap((item, index) => {
    const value = readNode(item, items, [...path, index], reader)
    return value === undefined ? [] : [value]
  })
}

function readScalar(scalar: Scalar, schema: JsonNode, path: Path, reader: Reader): unknown {
  const { value } = scalar
  const type = schema.type ?? 'string'
  if (type !== 'string') {
    if (typeof value !== 'string' || !isVariable(value)) return value
    const text = textOf(value, schema, path, reader)
    return text === undefined ? undefined : asType(text, type)
  }
  // 24.04 is a number to YAML, and meant as it is written.
  const written = typeof value === 'string' ? value : (scalar.source ?? String(value))
  return textOf(written, schema, path, reader)
}

/** Long enough for every secret that must have some length. */
const NOT_LOOKED_UP = 'not-looked-up'.repeat(4)

function textOf(written: string, schema: JsonNode, path: Path, reader: Reader): string | undefined {
  const { sources, secrets, files, problems } = reader
  if (sources.withoutSecrets && (schema.secret === true || isOfAgent(path))) return NOT_LOOKED_UP
  const fromFile = schema.secret === true || schema.file === true
  // A template is a program of its own, in which ${…} is the shell's.
  const found =
    fromFile && isFileReference(written)
      ? resolveFile(written, schema.secret === true, sources)
      : schema.file === true
        ? { text: written, referred: false }
        : resolveVariables(written, sources)
  if (found.file) files.push(found.file)
  if ('wrong' in found) {
    problems.add(path, found.wrong)
    return undefined
  }
  if (found.warning !== undefined) problems.warn(path, found.warning)
  if (schema.secret === true || isSecretOfAgent(path, found)) secrets.push(found.text)
  else secrets.push(...loginsIn(found.text))
  return found.text
}

/** Variables of agents hold all kinds of things; what came from elsewhere did so for a reason. */
function isSecretOfAgent(
  path: Path,
  { text, referred }: { readonly text: string; readonly referred: boolean },
): boolean {
  return isOfAgent(path) && (referred || looksSecret(String(path.at(-1)), text))
}

/** Labels among them are none of its secrets: the plan works with them. */
function isOfAgent(path: Path): boolean {
  return path.at(-2) === 'env' && subjectOfVariable(String(path.at(-1))) !== 'labels'
}

function asType(text: string, type: string): unknown {
  if (type === 'boolean') return parseBoolean(text) ?? text
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function refuse(path: Path, wrong: string, { problems }: Reader): undefined {
  problems.add(path, wrong)
  return undefined
}
