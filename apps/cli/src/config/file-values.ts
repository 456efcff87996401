import { type Buffer, describeSettings, type Money, type Schedule } from '@woodpeckers/autoscaler-core'
import { bufferText } from '../settings/buffer.ts'
import { moneyText } from '../settings/money.ts'
import type { PoolConfig } from './config.ts'
import { durationText } from './duration-text.ts'
import { type FileKey, poolKeys, stepsOf } from './file-keys.ts'
import type { JsonNode } from './file-schema.ts'
import { withoutReferences } from './references.ts'

/** A map of the file, with its sections. */
export interface FileValues {
  [key: string]: unknown
}

/** Turns one decided value into what one writes. */
export type Writing = (
  value: unknown,
  what: {
    readonly kind: string | undefined
    readonly secret: boolean
    /** Taken as it is: no reference in it is resolved. */
    readonly asItIs: boolean
  },
) => unknown

/** As people write it; secrets out of sight. */
export const shown: Writing = (value, { kind, secret, asItIs }) => {
  if (secret && value !== '') return '[secret]'
  const text = written(value, kind)
  return asItIs ? text : withoutReferencesIn(text)
}

/** What reads as a reference, wherever it stands, is written so that it is none. */
function withoutReferencesIn(value: unknown): unknown {
  if (typeof value === 'string') return withoutReferences(value)
  if (Array.isArray(value)) return value.map(withoutReferencesIn)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, withoutReferencesIn(text)]))
}

/** Values that were parsed from a text, as such a text again. */
export function written(value: unknown, kind: string | undefined): unknown {
  switch (kind) {
    case 'duration':
      return typeof value === 'number' ? durationText(value) : value
    case 'money':
      return moneyText(value as Money)
    case 'buffer':
      return bufferText(value as Buffer)
    case 'schedules':
      return (value as readonly Schedule[]).map(scheduleValues)
    default:
      return value
  }
}

function scheduleValues({ forMs, buffer, ...rest }: Schedule): FileValues {
  return { ...rest, for: durationText(forMs), ...(buffer && { buffer: bufferText(buffer) }) }
}

/** Settings under the keys of the file. */
export function fileValues(
  settings: object,
  keys: Readonly<Record<string, FileKey>>,
  write: Writing = shown,
): FileValues {
  const values: FileValues = {}
  for (const [key, fileKey] of Object.entries(keys)) {
    const value = (settings as Readonly<Record<string, unknown>>)[key]
    if (value === undefined) continue
    const { kind, notation, secret, file } = metaOf(fileKey)
    const what = { kind: notation ?? kind, secret: secret === true, asItIs: file === true }
    const text = write(value, what)
    if (text !== undefined) put(values, stepsOf(fileKey), text)
  }
  return values
}

/** What a pool says of its provider, under the provider's own keys. */
export function providerValues(
  { definition, providerOptions }: PoolConfig,
  write: Writing = shown,
): FileValues {
  return Object.fromEntries(
    describeSettings(definition.options, definition.name).flatMap(({ key, kind, secret, fromFile }) => {
      const value = providerOptions[key]
      const text = value === undefined ? undefined : write(value, { kind, secret, asItIs: fromFile })
      return text === undefined ? [] : [[key, text]]
    }),
  )
}

/** A pool as the file has it. */
export function poolValues(pool: PoolConfig, write: Writing = shown): FileValues {
  const { id, provider, ...rest } = fileValues(pool, poolKeys, write)
  return { id, provider, [pool.definition.name]: providerValues(pool, write), ...rest }
}

function put(values: FileValues, [first, second]: readonly string[], value: unknown): void {
  if (second === undefined) values[first!] = value
  else values[first!] = { ...(values[first!] as FileValues | undefined), [second]: value }
}

function metaOf({ type }: FileKey): JsonNode & { readonly kind?: string } {
  return type.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as JsonNode
}
