import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { type FileKey, poolKeys, processKeys, serverKeys, stepsOf } from './file-keys.ts'

/** A JSON schema, as far as it is looked at here; what settings say of themselves besides is in it too. */
export interface JsonNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonNode>>
  readonly additionalProperties?: JsonNode | boolean
  readonly items?: JsonNode
  readonly enum?: readonly unknown[]
  readonly description?: string
  readonly required?: readonly string[]
  readonly secret?: boolean
  /** Can be the content of a file, although it is no secret. */
  readonly file?: boolean
  readonly kind?: string
  readonly notation?: string
  readonly default?: unknown
  /** What is said in place of the default. */
  readonly defaultText?: string
}

const SECTIONS: Readonly<Record<string, string>> = {
  limits: 'What all pools together may have and cost',
  http: 'Page, metrics and API',
  stopped: 'Machines that are stopped instead of ended',
  agent: 'What agents are started with',
  userData: 'User data of machines',
}

export const serverSchema: z.ZodObject = objectOf(serverKeys)
export const processSchema: z.ZodObject = objectOf(processKeys)
/** Without the settings of its provider, which the provider's own schema says. */
export const poolSchema: z.ZodObject = objectOf(poolKeys)

/** The whole file, for these providers: what may stand in it, what of it must, and what it means. */
export function fileNode(definitions: readonly ProviderDefinition[]): JsonNode {
  const pool = poolNode(definitions)
  const { id: _, ...inDefaults } = pool.properties ?? {}
  const process = jsonOf(processSchema)
  return {
    type: 'object',
    description: 'Settings of woodpecker-autoscaler',
    properties: {
      server: { ...jsonOf(serverSchema), description: 'The Woodpecker server' },
      ...process.properties,
      defaults: {
        ...withoutRequired({ ...pool, properties: inDefaults }),
        description: 'What pools have unless they say otherwise; pairs and sections are merged key by key',
      },
      pools: { type: 'array', items: pool, description: 'The pools' },
    },
    required: ['server', 'pools'],
    additionalProperties: false,
  }
}

function poolNode(definitions: readonly ProviderDefinition[]): JsonNode {
  const base = jsonOf(poolSchema)
  const sections = definitions.map((definition): readonly [string, JsonNode] => [
    definition.name,
    // What of it is needed may come from the defaults.
    withoutRequired({
      ...jsonOf(definition.options),
      description: `Settings of the provider ${definition.name}`,
    }),
  ])
  return {
    ...base,
    properties: { ...base.properties, ...Object.fromEntries(sections) },
    required: ['id'],
    additionalProperties: false,
  }
}

function withoutRequired(node: JsonNode): JsonNode {
  const { required: _, properties, ...rest } = node
  if (!properties) return node
  const inner = Object.entries(properties).map(([key, child]) => [key, withoutRequired(child)] as const)
  return { ...rest, properties: Object.fromEntries(inner) }
}

// By the schema's own method: a provider may bring a zod of its own, with its own registry.
function jsonOf(schema: z.ZodObject): JsonNode {
  const { $schema: _, ...node } = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' })
  return { ...(node as JsonNode), additionalProperties: false }
}

type Shape = Record<string, z.ZodType>

/** Keys with a dot become sections. */
function objectOf(keys: Readonly<Record<string, FileKey>>): z.ZodObject {
  const top: Shape = {}
  const sections = new Map<string, Shape>()
  for (const key of Object.values(keys)) {
    const [first, second] = stepsOf(key) as [string, string | undefined]
    if (second === undefined) top[first] = key.type
    else sections.set(first, { ...sections.get(first), [second]: key.type })
  }
  for (const [name, shape] of sections) {
    top[name] = z
      .strictObject(shape)
      .prefault({})
      .describe(SECTIONS[name] ?? '')
  }
  return z.strictObject(top)
}
