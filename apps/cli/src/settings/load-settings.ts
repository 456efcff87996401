import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import {
  describeSettings,
  type ProviderDefinition,
  parseSettings,
  type Setting,
  type SettingSources,
} from '@woodpeckers/autoscaler-core'
import { builtInProviders } from '../providers/built-in.ts'
import type { FoundProvider } from '../providers/find-provider.ts'
import { type CliSettings, cliSchema, cliSchemaWithoutServer } from './cli-schema.ts'

/** Everything that a command needs to know before it begins. */
export interface LoadedSettings {
  readonly cli: CliSettings
  readonly definition: ProviderDefinition
  /** As the definition's own schema has parsed them. */
  readonly providerOptions: Record<string, unknown>
  /** Secrets that stand in the list of processes. */
  readonly exposed: readonly Setting[]
  readonly secrets: readonly string[]
  readonly warnings: readonly string[]
}

export type LoadedResult =
  | { readonly ok: true; readonly settings: LoadedSettings }
  | { readonly ok: false; readonly problems: readonly string[] }

/** The program's settings, and the provider's where it is known. */
export function knownSettings(definition: ProviderDefinition | undefined): readonly Setting[] {
  const own = describeSettings(cliSchema)
  return definition ? [...own, ...describeSettings(definition.options, definition.name)] : own
}

/** What a command cannot do without: of the `catalogue`, what the provider takes for a look at what there is. */
export type Needs = 'server' | 'provider-alone' | 'catalogue'

/** Parses both schemas, so that all problems are told at once. */
export function loadSettings(
  provider: FoundProvider | undefined,
  sources: Omit<SettingSources, 'readFile'>,
  cwd: string,
  needs: Needs = 'server',
): LoadedResult {
  const readFile = (path: string) => readFileSync(isAbsolute(path) ? path : join(cwd, path), 'utf8')
  const schema = needs === 'server' ? cliSchema : cliSchemaWithoutServer
  const cli = parseSettings(schema, { ...sources, readFile })
  const problems = cli.ok ? [] : cli.problems.map(withProviders)
  if (provider && !provider.ok) problems.push(provider.problem)
  const definition = provider?.ok ? provider.definition : undefined
  if (!definition) return { ok: false, problems }
  problems.push(...collisions(knownSettings(definition), definition.name))
  const wanted = (needs === 'catalogue' && definition.browse?.options) || definition.options
  const options = parseSettings(wanted, { ...sources, readFile, prefix: definition.name })
  if (!options.ok) problems.push(...options.problems)
  if (!cli.ok || !options.ok || problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    settings: {
      cli: cli.values,
      definition,
      providerOptions: options.values,
      exposed: [...cli.exposed, ...options.exposed],
      secrets: [...cli.secrets, ...options.secrets],
      warnings: warningsOf(sources.env),
    },
  }
}

/** Who has no provider yet does not know which there are. */
function withProviders(problem: string): string {
  if (!problem.startsWith('--provider (WOODPECKER_PROVIDER) is missing')) return problem
  const names = Object.keys(builtInProviders).join(', ')
  return `--provider (WOODPECKER_PROVIDER) is missing; set it to ${names}, or to a package or a file`
}

/** A provider called `agent` with an option `env` would take ours. */
function collisions(settings: readonly Setting[], provider: string): readonly string[] {
  const names = settings.flatMap(({ flag, env }) => [flag, env])
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index))
  return [...twice].map((name) => `provider "${provider}" has a setting ${name}, which is there already`)
}

function warningsOf(env: SettingSources['env']): readonly string[] {
  if (!env['WOODPECKER_FILTER_LABELS']) return []
  return ['WOODPECKER_FILTER_LABELS is not used: tasks are matched by all their labels; see --agent-labels']
}
