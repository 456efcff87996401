import type { Setting } from './describe-settings.ts'

/** Where values come from; the first that has one counts: a flag, then the environment. */
export interface SettingSources {
  /** By `Setting.flag`; one given several times is a list. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>
  /** An empty variable counts as not set: compose files write `NAME=` for that. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads the file that a `…_FILE` variable names; throws if it cannot. */
  readonly readFile: (path: string) => string
}

/** A value as somebody wrote it, and the name under which they did. */
export interface RawValue {
  readonly texts: readonly string[]
  readonly from: string
}

/** What was written for a setting; `undefined`: nothing. A string: what is wrong. */
export function readRaw(setting: Setting, sources: SettingSources): RawValue | undefined | string {
  const flag = sources.flags[setting.flag]
  if (flag !== undefined) return { texts: typeof flag === 'string' ? [flag] : flag, from: setting.flag }
  for (const name of [setting.env, ...setting.envAliases]) {
    const value = sources.env[name] || undefined
    const path = (setting.fromFile && sources.env[`${name}_FILE`]) || undefined
    if (value !== undefined && path !== undefined) {
      return `${name} and ${name}_FILE are both set; set one of them`
    }
    if (value !== undefined) return { texts: [value], from: name }
    if (path !== undefined) return readFromFile(setting, `${name}_FILE`, path, sources)
  }
  return undefined
}

function readFromFile(
  setting: Setting,
  name: string,
  path: string,
  sources: SettingSources,
): RawValue | string {
  let text: string
  try {
    text = sources.readFile(path)
  } catch (error) {
    return `${name} names a file that cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
  // Editors and `echo` end a file with a line break, which is never a part of a secret.
  const value = setting.secret ? text.trim() : text
  if (value.trim() === '') return `${name} names a file that is empty: ${path}`
  return { texts: [value], from: name }
}
