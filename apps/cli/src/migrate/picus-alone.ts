import { findProvider } from '../providers/find-provider.ts'
import { CONFIG_ENV } from '../settings/config-path.ts'
import { flagOfArgv } from '../settings/flag-of-argv.ts'
import type { Environment } from './environment.ts'
import { fromPicus } from './from-picus.ts'
import { readGiven } from './given-settings.ts'
import { inWordsOf } from './source.ts'

/** What the program begins with where only Picus' variables are set. */
export type PicusAlone =
  | {
      readonly ok: true
      readonly env: Environment
      /** One line for the user. */
      readonly told: string
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/** These say nothing of what the program does. */
const HARMLESS_VARIABLES: ReadonlySet<string> = new Set(['WOODPECKER_LOG_LEVEL', 'WOODPECKER_HEALTH_FILE'])
const HARMLESS_FLAGS: ReadonlySet<string> = new Set([
  '--log-level',
  '--health-file',
  '--json',
  '--pool',
  '--no-wait',
])
const WITHOUT_SETTINGS: ReadonlySet<string> = new Set([
  'migrate',
  'demo',
  'schema',
  '--help',
  '-h',
  '--version',
  '-V',
])

/**
 * The environment with our own variables in it, where it has Picus' settings and no others; with others it stays as it
 * is. `undefined`: Picus' are not there, or nobody needs them.
 */
export async function picusAlone(
  env: Environment,
  argv: readonly string[],
  cwd: string,
): Promise<PicusAlone | undefined> {
  if (!env['PICUS_WOODPECKER_SERVER'] || argv.some((word) => WITHOUT_SETTINGS.has(word))) return undefined
  // A file may refer to Picus' variables.
  if (flagOfArgv(argv, '--config') || env[CONFIG_ENV]) return undefined
  const other = otherSetting(env, argv)
  if (other !== undefined)
    return { ok: true, env, told: `PICUS_ variables are not looked at beside ${other}` }
  const read = fromPicus(env)
  if (!read.ok) return read
  const provider = await findProvider(read.env['WOODPECKER_PROVIDER']!, cwd)
  const given = readGiven(read.env, new Map(), provider.ok ? provider.definition : undefined)
  if (!given.ok) return { ok: false, problems: given.problems.map((problem) => inWordsOf(read, problem)) }
  return {
    ok: true,
    env: { ...env, ...read.env },
    told: 'only PICUS_ variables are set: working as Picus does; woodpecker-autoscaler migrate writes them as a config file, and says what differs',
  }
}

/** One that says what the program shall do, where there is any. */
function otherSetting(env: Environment, argv: readonly string[]): string | undefined {
  const variable = Object.keys(env).find(
    (name) => name.startsWith('WOODPECKER_') && env[name] && !HARMLESS_VARIABLES.has(name),
  )
  const flags = argv.flatMap((word) => (word.startsWith('--') ? [word.split('=', 1)[0]!] : []))
  return variable ?? flags.find((flag) => !HARMLESS_FLAGS.has(flag))
}
