import { describeSettings } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from './config.ts'
import { durationText } from './duration-text.ts'
import { type FileKey, poolKeys, stepsOf } from './file-keys.ts'
import type { JsonNode } from './file-schema.ts'

/** A map of the file, with its sections. */
export interface FileValues {
  [key: string]: unknown
}

/** Turns one decided value into what one writes. */
export type Writing = (
  value: unknown,
  what: { readonly isDuration: boolean; readonly secret: boolean },
) => unknown

/** Durations as people write them; secrets out of sight. */
export const shown: Writing = (value, { isDuration, secret }) => {
  if (secret && value !== '') return '[secret]'
  return isDuration && typeof value === 'number' ? durationText(value) : value
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
    const { kind, secret } = metaOf(fileKey)
    const written = write(value, { isDuration: kind === 'duration', secret: secret === true })
    if (written !== undefined) put(values, stepsOf(fileKey), written)
  }
  return values
}

/** What a pool says of its provider, under the provider's own keys. */
export function providerValues(
  { definition, providerOptions }: PoolConfig,
  write: Writing = shown,
): FileValues {
  return Object.fromEntries(
    describeSettings(definition.options, definition.name).flatMap(({ key, kind, secret }) => {
      const value = providerOptions[key]
      const written =
        value === undefined ? undefined : write(value, { isDuration: kind === 'duration', secret })
      return written === undefined ? [] : [[key, written]]
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
