import type { z } from 'zod'
import { describeSettings, type Setting } from './describe-settings.ts'
import { explainIssue } from './explain-issue.ts'
import { type RawValue, readRaw, type SettingSources } from './read-raw.ts'
import { readValue } from './read-value.ts'

/** Every setting decided, or all that is wrong with them, one line each. */
export type SettingsResult<Values> =
  | {
      readonly ok: true
      readonly values: Values
      /** Secrets that were given as flags, where other users of the computer can see them. */
      readonly exposed: readonly Setting[]
      /** The secret values themselves, to be kept out of logs. */
      readonly secrets: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Reads the settings of a schema from flags and environment, once. The values are frozen, and complete:
 * nothing that comes later has to know a default. A problem names the setting by flag and variable, its
 * value (never one that may hold a secret) and what would be right.
 */
export function parseSettings<Schema extends z.ZodObject>(
  schema: Schema,
  sources: SettingSources & { readonly prefix?: string },
): SettingsResult<z.output<Schema>> {
  const settings = describeSettings(schema, sources.prefix)
  const raws = new Map<string, RawValue>()
  const input: Record<string, unknown> = {}
  const unreadable = new Set<string>()
  const problems: string[] = []
  for (const setting of settings) {
    const raw = readRaw(setting, sources)
    if (raw === undefined) continue
    const read = typeof raw === 'string' ? undefined : readValue(setting, raw.texts)
    if (typeof raw !== 'string') raws.set(setting.key, raw)
    if (read && 'value' in read) {
      input[setting.key] = read.value
      continue
    }
    unreadable.add(setting.key)
    problems.push(typeof raw === 'string' ? raw : problemLine(setting, raw, read?.wrong ?? ''))
  }
  const result = schema.safeParse(input)
  for (const issue of result.error?.issues ?? []) {
    const setting = settings.find(({ key }) => key === issue.path[0])
    const raw = setting && raws.get(setting.key)
    if (!setting) problems.push(issue.message)
    // What could not be read has its line already; it is not missing as well.
    else if (!unreadable.has(setting.key)) {
      const none = raw === undefined && issue.path.length === 1 ? missing(setting) : undefined
      problems.push(problemLine(setting, raw, explainIssue(issue, none)))
    }
  }
  if (problems.length > 0 || !result.success) return { ok: false, problems }
  return {
    ok: true,
    values: deepFreeze(result.data) as z.output<Schema>,
    exposed: settings.filter(({ secret, key, flag }) => secret && raws.get(key)?.from === flag),
    secrets: settings.filter(({ secret }) => secret).flatMap(({ key }) => raws.get(key)?.texts ?? []),
  }
}

function missing(setting: Setting): string {
  return `is missing; set it${setting.fromFile ? `, or name a file that holds it in ${setting.env}_FILE` : ''}`
}

function problemLine(setting: Setting, raw: RawValue | undefined, wrong: string): string {
  const name = `${setting.flag} (${setting.env})`
  if (!raw) return `${name} ${wrong}`
  // A URL may hold a password.
  const value = raw.texts.join(',').replaceAll(/:\/\/[^/\s]*@/g, '://…@')
  if (setting.unquoted || value.includes('\n')) return `${name}, from ${raw.from}, ${wrong}`
  return `${name} is ${JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}…` : value)}: ${wrong}`
}

/** Freezes a value with all that is in it. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
