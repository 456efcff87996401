import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { fileNode, type JsonNode } from './file-schema.ts'

/** What is only about flags and variables, or for the reader of the file. */
const OURS = [
  'flag',
  'env',
  'envAliases',
  'mayHoldSecrets',
  'file',
  'placeholder',
  'defaultText',
  'group',
  'kind',
  'notation',
  'secret',
] as const

const REFERENCE = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}' }
const FILE = { type: 'string', pattern: '^file:' }
const DURATION = '^\\+?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$'

/** The JSON schema of the file, for editors: with the settings of these providers. */
export function configJsonSchema(definitions: readonly ProviderDefinition[]): object {
  const { properties, ...root } = forEditors(fileNode(definitions)) as { properties: object }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'autoscaler.yaml',
    ...root,
    properties,
    // Places for anchors.
    patternProperties: { '^x-': {} },
  }
}

function forEditors(node: JsonNode): Record<string, unknown> {
  if (node.properties) {
    const inner = Object.entries(node.properties).map(([key, child]) => [key, forEditors(child)] as const)
    // A section may be left empty, as YAML has it.
    return { ...cleaned(node), properties: Object.fromEntries(inner) }
  }
  if (node.type === 'object') {
    return {
      ...cleaned(node),
      propertyNames: undefined,
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    }
  }
  if (node.type === 'array') return { ...cleaned(node), items: forEditors(node.items ?? {}) }
  return scalar(node)
}

/** A variable may stand for any of them, and a file for a secret. */
function scalar(node: JsonNode): Record<string, unknown> {
  const { description, default: otherwise, ...rest } = cleaned(node)
  const about = {
    ...(description !== undefined && { description }),
    ...(otherwise !== undefined && { default: otherwise }),
    ...(node.secret === true && { writeOnly: true }),
  }
  const value = node.kind === 'duration' ? { type: 'string', pattern: DURATION } : asWritten(rest)
  const others = [REFERENCE, ...(node.secret === true || node.file === true ? [FILE] : [])]
  const isAnyText = Array.isArray(value['type']) && Object.keys(value).length === 1
  return isAnyText ? { ...about, ...value } : { ...about, anyOf: [value, ...others] }
}

/** What is text to us may be a number to YAML: 24.04, or an id. */
function asWritten(rest: Record<string, unknown>): Record<string, unknown> {
  const isText = rest['type'] === 'string' && rest['enum'] === undefined
  return isText ? { ...rest, type: ['string', 'number'] } : rest
}

function cleaned(node: JsonNode): Record<string, unknown> {
  const loose: Record<string, unknown> = { ...node }
  for (const key of OURS) delete loose[key]
  return loose
}
