import type { z } from 'zod'
import { formatDuration } from './duration.ts'
import type { SettingMeta } from './kinds.ts'

/** What is written for a setting, and so how its text is read. */
export type SettingKind =
  | 'text'
  | 'number'
  | 'whole-number'
  | 'switch'
  | 'choice'
  | 'list'
  | 'key-values'
  | 'duration'

/** One setting with all its names: flags, environment, help and messages are made from this. */
export interface Setting {
  /** In the schema, and in a config file. */
  readonly key: string
  /** With its dashes, for example `--hetzner-api-token`. */
  readonly flag: string
  readonly env: string
  readonly envAliases: readonly string[]
  /** Whether `<env>_FILE` may name a file that holds it. */
  readonly fromFile: boolean
  readonly kind: SettingKind
  /** Of a `choice`. */
  readonly choices: readonly string[]
  readonly secret: boolean
  /** Its text is never quoted: it is a secret, or there may be one in it. */
  readonly unquoted: boolean
  readonly required: boolean
  /** As one would write it; `undefined`: none. */
  readonly defaultText: string | undefined
  readonly description: string
  readonly placeholder: string
  readonly group: string | undefined
}

type PropertySchema = SettingMeta & {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly description?: string
}

/**
 * The settings of a schema, in its order. `prefix` is the provider's name, or empty for the program's own:
 * key `apiToken` with prefix `hetzner` becomes `--hetzner-api-token` and `WOODPECKER_HETZNER_API_TOKEN`.
 */
export function describeSettings(schema: z.ZodObject, prefix = ''): readonly Setting[] {
  // The schema's own method, not ours: a provider may bring a zod of its own, with its own registry.
  const json = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' })
  const properties = (json.properties ?? {}) as Readonly<Record<string, PropertySchema>>
  return Object.entries(properties).map(([key, property]) =>
    describe(key, property, prefix, schema.shape[key], json.required?.includes(key) ?? false),
  )
}

function describe(
  key: string,
  property: PropertySchema,
  prefix: string,
  type: z.core.$ZodType | undefined,
  required: boolean,
): Setting {
  const words = [...wordsOf(prefix), ...wordsOf(key)]
  const kind = kindOf(property)
  const secret = property.secret ?? false
  return {
    key,
    flag: property.flag ?? `--${words.join('-')}`,
    env: property.env ?? `WOODPECKER_${words.join('_').toUpperCase()}`,
    envAliases: property.envAliases ?? [],
    fromFile: secret || (property.file ?? false),
    kind,
    choices: kind === 'choice' ? (property.enum ?? []).map(String) : [],
    secret,
    unquoted: secret || (property.mayHoldSecrets ?? false),
    required,
    defaultText: property.defaultText ?? (secret ? undefined : textOfDefault(defaultOf(type), kind)),
    description: property.description ?? '',
    placeholder: property.placeholder ?? PLACEHOLDERS[kind],
    group: property.group,
  }
}

const PLACEHOLDERS: Readonly<Record<SettingKind, string>> = {
  text: 'text',
  number: 'number',
  'whole-number': 'number',
  switch: 'true|false',
  choice: 'word',
  list: 'a,b',
  'key-values': 'key=value,…',
  duration: 'duration',
}

function kindOf(property: PropertySchema): SettingKind {
  if (property.kind) return property.kind
  if (property.enum) return 'choice'
  switch (property.type) {
    case 'integer':
      return 'whole-number'
    case 'number':
      return 'number'
    case 'boolean':
      return 'switch'
    case 'array':
      return 'list'
    case 'object':
      return 'key-values'
    default:
      return 'text'
  }
}

/** The value that counts when nothing is given, found under `optional` and the like. */
function defaultOf(type: z.core.$ZodType | undefined): unknown {
  let def = type?._zod.def as
    | { type?: string; defaultValue?: unknown; innerType?: z.core.$ZodType }
    | undefined
  while (def) {
    if (def.type === 'default' || def.type === 'prefault') return def.defaultValue
    def = def.innerType?._zod.def as typeof def
  }
  return undefined
}

function textOfDefault(value: unknown, kind: SettingKind): string | undefined {
  if (value === undefined || value === '') return undefined
  if (kind === 'duration' && typeof value === 'number') return formatDuration(value)
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(',')
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, text]) => `${key}=${text}`)
    return pairs.length === 0 ? undefined : pairs.join(',')
  }
  return String(value)
}

/** `apiToken`, `api_token` and `api-token` are all `api`, `token`; `ipv4Only` is `ipv4`, `only`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}
