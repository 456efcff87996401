import { isDeepStrictEqual } from 'node:util'
import { describeSettings } from '@woodpeckers/autoscaler-core'
import type { z } from 'zod'
import { valueAt } from '../config/checked.ts'
import { durationText } from '../config/duration-text.ts'
import { type FileKey, poolKeys, processKeys, serverKeys, stepsOf } from '../config/file-keys.ts'
import { poolSchema, processSchema, serverSchema } from '../config/file-schema.ts'
import { type CliSettings, cliSchema } from '../settings/cli-schema.ts'
import { yamlText } from '../terminal/yaml-text.ts'
import type { GivenSetting, GivenSettings } from './given-settings.ts'
import type { SecretReferences } from './secret-references.ts'

type Section = Record<string, unknown>
type Keys = Readonly<Record<string, FileKey>>

/** What one wants to see, said or not. */
const ALWAYS: ReadonlySet<string> = new Set(['serverUrl', 'grpcAddr', 'poolId', 'minAgents', 'maxAgents'])

/** The provider's part of the pool. */
export interface ProviderSection {
  /** How the file names the provider. */
  readonly reference: string
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * The text of `autoscaler.yaml`: what was said, and of the rest what would be something else in a file than in
 * the environment.
 */
export function fileOfSettings(
  given: GivenSettings,
  { reference, name, settings }: ProviderSection,
  references: SecretReferences,
): string {
  const server = section(given, serverKeys, defaultsOf(serverSchema, { token: 'x' }), references)
  const process = section(given, processKeys, defaultsOf(processSchema, {}), references)
  const pool = section(given, poolKeys, defaultsOf(poolSchema, { id: '1', provider: 'x' }), references)
  const { id, provider: _, ...rest } = pool
  const first = { id, provider: reference, [name]: settings }
  return yamlText({ server, ...process, pools: [{ ...first, ...rest }] })
}

function section(
  { own, decided }: GivenSettings,
  keys: Keys,
  inFile: unknown,
  references: SecretReferences,
): Section {
  const written: Section = {}
  for (const [key, fileKey] of Object.entries(keys)) {
    const said = own.find(({ setting }) => setting.key === key)
    const value = said ? references.write(said) : unsaid(key, fileKey, decided, inFile)
    if (value !== undefined) place(written, stepsOf(fileKey), value)
  }
  return written
}

/** A default that the file does not have, as one would write it. */
function unsaid(key: string, fileKey: FileKey, decided: CliSettings, inFile: unknown): unknown {
  const value = (decided as unknown as Readonly<Record<string, unknown>>)[key]
  const isSame = isDeepStrictEqual(value, valueAt(inFile, stepsOf(fileKey)))
  if (value === undefined || (isSame && !ALWAYS.has(key))) return undefined
  const isDuration = kinds().get(key) === 'duration'
  return isDuration && typeof value === 'number' ? durationText(value) : value
}

function kinds(): ReadonlyMap<string, string> {
  return new Map(describeSettings(cliSchema).map(({ key, kind }) => [key, kind]))
}

function defaultsOf(schema: z.ZodObject, needed: Readonly<Record<string, unknown>>): unknown {
  return schema.parse(needed)
}

function place(into: Section, [first, second]: readonly string[], value: unknown): void {
  if (second === undefined) into[first!] = value
  else into[first!] = { ...(into[first!] as Section | undefined), [second]: value }
}

/** Settings of a provider, under its own keys. */
export function sectionOfProvider(
  given: readonly GivenSetting[],
  references: SecretReferences,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(given.map((one) => [one.setting.key, references.write(one)]))
}
