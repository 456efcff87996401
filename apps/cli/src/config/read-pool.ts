import { describeSettings, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { movedText, withLabelsOfEnvironment } from '../settings/agent-variables.ts'
import { checkPool, type PoolSettings } from '../settings/cli-schema.ts'
import { unusedSettings } from '../settings/unused-settings.ts'
import { accountOf } from './account.ts'
import { checked, tellIssue, valueAt, type Whence } from './checked.ts'
import type { FileSettings, PoolConfig } from './config.ts'
import type { Path } from './document.ts'
import { poolKeys, stepsOf } from './file-keys.ts'
import { type JsonNode, poolSchema } from './file-schema.ts'
import { type Reader, readNode } from './read-values.ts'
import { keysForFlags } from './setting-names.ts'

/** A pool of the file before it is read. */
export interface PoolAtHand {
  readonly index: number
  readonly definition: ProviderDefinition | undefined
}

interface Around {
  readonly node: JsonNode
  /** As they were read. */
  readonly defaults: unknown
  readonly definitions: readonly ProviderDefinition[]
  readonly reader: Reader
}

/** One pool, with what the defaults add to it. */
export function readPool(
  { index, definition }: PoolAtHand,
  { node, defaults, definitions, reader }: Around,
): PoolConfig | undefined {
  const base: Path = ['pools', index]
  const said = readNode(reader.document.find(base), node, base, reader) ?? {}
  if (definition) tellMisplaced(definitions, definition, said, base, reader)
  const merged = merge(defaults, said) as Record<string, unknown>
  const whence = whenceOf(base, said, defaults)
  const names = definitions.map(({ name }) => name)
  const own = without(merged, names)
  const read = checked<PoolSettings & FileSettings>(poolSchema, poolKeys, own, base, reader, whence)
  const fits = read && tellTogether(read, whence, reader)
  const settings = read && withLabelsMoved(read, whence, reader)
  if (settings) tellOfSchedules(settings, whence, reader)
  for (const [key, why] of settings ? unusedSettings(settings) : []) {
    reader.problems.warn(whence(stepsOf(poolKeys[key])), keysForFlags()(why))
  }
  const providerOptions = definition && readOptions(definition, merged[definition.name] ?? {}, whence, reader)
  if (!fits || !settings || !definition || !providerOptions) return undefined
  const cloud = accountOf(definition, providerOptions)
  return { ...settings, definition, providerOptions, cloud, spelling: 'file' }
}

function tellMisplaced(
  definitions: readonly ProviderDefinition[],
  own: ProviderDefinition,
  said: unknown,
  base: Path,
  { problems, document }: Reader,
): void {
  for (const { name } of definitions) {
    if (name === own.name || valueAt(said, [name]) === undefined) continue
    const key = [...base, name]
    problems.add(key, `is for another provider; this pool's is ${own.name}`, document.locateKey(key))
  }
}

function readOptions(
  definition: ProviderDefinition,
  options: unknown,
  whence: Whence,
  reader: Reader,
): Record<string, unknown> | undefined {
  const { name } = definition
  const result = definition.options.safeParse(options)
  if (result.success) return result.data
  const flags = keysForFlags(describeSettings(definition.options, name))
  const under: Whence = (path) => whence([name, ...path])
  for (const issue of result.error.issues) {
    tellIssue({ ...issue, message: flags(issue.message) }, options, under, reader)
  }
  return undefined
}

/** Labels among the agents' variables become labels, and a warning says so. */
function withLabelsMoved(
  read: PoolSettings & FileSettings,
  whence: Whence,
  { problems }: Reader,
): PoolSettings & FileSettings {
  const { settings, moved } = withLabelsOfEnvironment(read)
  const steps = stepsOf(poolKeys.agentEnv)
  if (moved) {
    const place = whence([...steps, moved.name])
    problems.warn(whence(steps), movedText(moved, poolKeys.agentLabels.path), place)
  }
  return settings
}

/** What settings say of each other. */
function tellTogether(settings: PoolSettings, whence: Whence, reader: Reader): boolean {
  const result = z.custom<PoolSettings>().superRefine(checkPool).safeParse(settings)
  for (const issue of result.error?.issues ?? []) {
    const [first, ...within] = issue.path as [keyof PoolSettings, ...string[]]
    const steps = stepsOf(poolKeys[first])
    // The line is that of the very pair; the sentence is about the setting.
    const place = reader.document.locate(whence([...steps, ...within]))
    reader.problems.add(whence(steps), keysForFlags()(issue.message), place)
  }
  const { mode, workflowsPerAgent } = settings
  const isShared = mode === 'ephemeral' && workflowsPerAgent > 1
  if (isShared)
    reader.problems.add(
      whence(stepsOf(poolKeys.workflowsPerAgent)),
      'must be 1 where mode is ephemeral: a machine serves one task',
    )
  return result.success && !isShared
}

/** What can never be kept: of several schedules at once one may say the most, and another one the least. */
function tellOfSchedules(
  { maxAgents, schedules }: PoolSettings & FileSettings,
  whence: Whence,
  { problems }: Reader,
): void {
  const most = Math.max(maxAgents, ...schedules.map(({ max = 0 }) => max))
  for (const [index, { min = 0, max = most }] of schedules.entries()) {
    if (min <= max) continue
    const path = whence([...stepsOf(poolKeys.schedules), index, 'min'])
    problems.add(path, `must be at most max, which is ${most}, whatever the time`)
  }
}

/** Pairs and sections key by key; all else as a whole. */
function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under
  if (!isPairs(under) || !isPairs(over)) return over
  const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])]
  return Object.fromEntries(keys.map((key) => [key, merge(under[key], over[key])]))
}

function isPairs(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value is found in the pool itself, or else in the defaults. */
function whenceOf(base: Path, said: unknown, defaults: unknown): Whence {
  return (path) => {
    const isDefault = valueAt(said, path) === undefined && valueAt(defaults, path) !== undefined
    return isDefault ? ['defaults', ...path] : [...base, ...path]
  }
}

function without(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key)))
}
