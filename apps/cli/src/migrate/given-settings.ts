import {
  describeSettings,
  type ProviderDefinition,
  parseSettings,
  readRaw,
  readValue,
  type Setting,
} from '@woodpeckers/autoscaler-core'
import type { z } from 'zod'
import { namesOf } from '../names/known-names.ts'
import { type CliSettings, cliSchema } from '../settings/cli-schema.ts'
import { knownSettings } from '../settings/load-settings.ts'
import type { Environment } from './environment.ts'

/** A setting that somebody has set. */
export interface GivenSetting {
  readonly setting: Setting
  /** As a config file has it; of a secret, only that there is one. */
  readonly value: unknown
  /** The variable that says it. */
  readonly variable: string
  /** The path, where the variable only names a file. */
  readonly file: string | undefined
}

export interface GivenSettings {
  readonly own: readonly GivenSetting[]
  readonly ofProvider: readonly GivenSetting[]
  /** All of the program's own, with the defaults that flags and environment have. */
  readonly decided: CliSettings
}

export type GivenResult =
  | { readonly ok: true; readonly given: GivenSettings }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Files of another computer, or of a container, cannot be read here: this passes for any secret there is. */
const SOME_SECRET = 'host=user:password'

/**
 * What an environment says, checked as if the program began with it. Without a definition the provider is one
 * that is not here, and nothing of its settings is known.
 */
export function readGiven(
  env: Environment,
  unresolved: ReadonlyMap<string, string>,
  definition: ProviderDefinition | undefined,
): GivenResult {
  const settings = knownSettings(definition)
  const secrets = new Set(settings.filter(({ secret }) => secret).map((setting) => setting.env))
  // A secret need not be known here: it is only referred to.
  const asked = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      unresolved.has(name) && secrets.has(name) ? SOME_SECRET : value,
    ]),
  )
  const own = readOne(cliSchema, '', asked)
  const ofProvider = definition && readOne(definition.options, definition.name, asked)
  const problems = [...own.problems, ...(ofProvider?.problems ?? [])]
  const wanted = new Set(settings.flatMap(namesOf).filter((name) => !secrets.has(name)))
  const told = new Map([...unresolved].filter(([name]) => wanted.has(name)))
  // What a value lacks is the cause of whatever else is wrong with it.
  const others = problems.filter((problem) => ![...told.keys()].some((name) => problem.includes(`(${name})`)))
  const all = [...told.values(), ...others]
  if (all.length > 0 || !own.values) return { ok: false, problems: all }
  return {
    ok: true,
    given: {
      own: own.given,
      ofProvider: ofProvider?.given ?? [],
      decided: own.values as unknown as CliSettings,
    },
  }
}

interface ReadOne {
  readonly given: readonly GivenSetting[]
  readonly values: Readonly<Record<string, unknown>> | undefined
  readonly problems: readonly string[]
}

function readOne(schema: z.ZodObject, prefix: string, env: Environment): ReadOne {
  const sources = { flags: {}, env, readFile: () => SOME_SECRET }
  const parsed = parseSettings(schema, { ...sources, prefix })
  const settings = describeSettings(schema, prefix)
  const given = settings.flatMap((setting): GivenSetting[] => {
    const raw = readRaw(setting, sources)
    if (raw === undefined || typeof raw === 'string') return []
    const read = readValue(setting, raw.texts)
    if (!('value' in read)) return []
    const names = [setting.env, ...setting.envAliases]
    const file = names.includes(raw.from) ? undefined : env[raw.from]
    return [{ setting, value: read.value, variable: raw.from, file }]
  })
  return {
    given,
    values: parsed.ok ? parsed.values : undefined,
    problems: parsed.ok ? [] : parsed.problems,
  }
}
