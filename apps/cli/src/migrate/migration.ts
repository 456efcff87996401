import { dirname, isAbsolute, join } from 'node:path'
import { looksSecret } from '../config/looks-secret.ts'
import { builtInProviders } from '../providers/built-in.ts'
import { type FoundProvider, findProvider } from '../providers/find-provider.ts'
import type { Environment } from './environment.ts'
import { fileOfSettings, sectionOfProvider } from './file-of-settings.ts'
import { isPlainName, sectionOfForeign, tellForeign } from './foreign-provider.ts'
import { readGiven } from './given-settings.ts'
import { type NeededVariable, SecretReferences } from './secret-references.ts'
import { inWordsOf, type Source } from './source.ts'

export type Migration =
  | {
      readonly ok: true
      /** The file. */
      readonly text: string
      /** What differs, and what must be there; one line each. */
      readonly lines: readonly string[]
      /** Whether the program can begin with it as it is. */
      readonly complete: boolean
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Around what is taken over. */
export interface MigrationPlace {
  readonly unresolved: ReadonlyMap<string, string>
  readonly cwd: string
  /** Where the file will be, if it will be one. */
  readonly out: string | undefined
}

/** Makes the file from settings under the names of our variables. */
export async function migrateSettings(
  source: Source,
  { unresolved, cwd, out }: MigrationPlace,
): Promise<Migration> {
  const { env } = source
  const reference = env['WOODPECKER_PROVIDER'] || undefined
  const found =
    reference === undefined ? undefined : await findProvider(reference, cwd, 'WOODPECKER_PROVIDER')
  const isForeign = reference !== undefined && found?.ok === false && isPlainName(reference)
  const definition = found?.ok ? found.definition : undefined
  const read = readGiven(env, underOurNames(unresolved, source), definition)
  const problems = [
    ...(read.ok
      ? unresolvedOfAgent(read.given.decided.agentEnv, unresolved, source)
      : read.problems.map((problem) => inWordsOf(source, problem))),
    ...problemOf(found, isForeign),
  ]
  if (!read.ok || reference === undefined || problems.length > 0) return { ok: false, problems }
  const references = new SecretReferences(source, pathsFrom(cwd, out))
  const isBuiltIn = Object.hasOwn(builtInProviders, reference)
  const section = isForeign
    ? { name: reference, reference, settings: sectionOfForeign(env, reference, references) }
    : {
        name: definition!.name,
        reference:
          isBuiltIn || !/^\.{1,2}[/\\]/.test(reference) ? reference : references.pathFromFile(reference),
        settings: sectionOfProvider(read.given.ofProvider, references),
      }
  const text = fileOfSettings(read.given, section, references)
  const foreign = isForeign ? [tellForeign(reference, Object.keys(section.settings).length)] : []
  const template = read.given.own.some(({ setting, file }) => setting.key === 'cloudinitTemplate' && !file)
  return {
    ok: true,
    text,
    complete: !isForeign,
    lines: [
      ...foreign,
      ...source.differences,
      ...(template ? ['the template is written as it is: look whether a secret is in it'] : []),
      ...tellNeeded([...references.needed, ...usedByAws(env, reference)]),
    ],
  }
}

function problemOf(found: FoundProvider | undefined, isForeign: boolean): readonly string[] {
  return found?.ok === false && !isForeign ? [found.problem] : []
}

function underOurNames(
  unresolved: ReadonlyMap<string, string>,
  { env, nameOf }: Source,
): ReadonlyMap<string, string> {
  return new Map(
    Object.keys(env).flatMap((name) => {
      const line = unresolved.get(nameOf(name))
      return line === undefined ? [] : [[name, line] as const]
    }),
  )
}

/** Where each variable of the agent has one of its own. */
function unresolvedOfAgent(
  agentEnv: Readonly<Record<string, string>>,
  unresolved: ReadonlyMap<string, string>,
  source: Source,
): readonly string[] {
  return Object.entries(agentEnv).flatMap(([name, value]) => {
    const line = unresolved.get(source.agentVariable(name) ?? '')
    return line === undefined || looksSecret(name, value) ? [] : [line]
  })
}

/** The folder that relative paths began in, where the file's own is another one. */
function pathsFrom(cwd: string, out: string | undefined): string | undefined {
  if (out === undefined) return undefined
  const folder = dirname(isAbsolute(out) ? out : join(cwd, out))
  return folder === cwd ? undefined : cwd
}

/** What Amazon's own tools look for: no setting of ours, and still to be there. */
function usedByAws(env: Environment, provider: string): readonly NeededVariable[] {
  if (provider !== 'aws' || env['WOODPECKER_AWS_ACCESS_KEY_ID']) return []
  return ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']
    .filter((name) => env[name])
    .map((name) => ({ name }))
}

function tellNeeded(needed: readonly NeededVariable[]): readonly string[] {
  if (needed.length === 0) return []
  const all = needed.map(({ name, holds }) => (holds === undefined ? name : `${name} (${holds})`))
  return [`must be in the environment of the autoscaler: ${[...new Set(all)].join(', ')}`]
}
