import { readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { describeSettings, type Setting } from '@woodpeckers/autoscaler-core'
import { builtInDefinitions } from '../providers/built-in.ts'
import { withDotEnv } from '../settings/dot-env.ts'
import { knownSettings } from '../settings/load-settings.ts'
import { parseComposeFile } from './compose-file.ts'
import { parseEnvFile } from './env-file.ts'
import type { Environment, EnvironmentRead } from './environment.ts'

/** Where the settings are that shall be taken over. */
export interface EnvironmentPlace {
  /** An env file, or a Compose file; without it the environment itself. */
  readonly file: string | undefined
  readonly service: string | undefined
  readonly env: Environment
  readonly cwd: string
}

export async function readEnvironment({
  file,
  service,
  env,
  cwd,
}: EnvironmentPlace): Promise<EnvironmentRead> {
  const isCompose = file !== undefined && /\.ya?ml$/i.test(file)
  if (service !== undefined && !isCompose) {
    return { ok: false, problems: ['--service is for a Compose file: name one with --env-file'] }
  }
  if (file === undefined) return { ok: true, env, unresolved: new Map(), remarks: [] }
  const path = isAbsolute(file) ? file : join(cwd, file)
  const read = readText(path)
  if ('why' in read) return { ok: false, problems: [`--env-file is ${JSON.stringify(file)}: ${read.why}`] }
  const name = basename(file)
  if (!isCompose) return parseEnvFile(read.text, name)
  return parseComposeFile(read.text, {
    name,
    // Compose takes what it fills in from the `.env` beside the file, too.
    env: withDotEnv(env, dirname(path)).env,
    service,
    settings: await everySetting(),
    readFile: (beside) => readText(resolve(dirname(path), beside)),
  })
}

function readText(path: string): { readonly text: string } | { readonly why: string } {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { why: code === 'ENOENT' ? 'there is no such file' : message }
  }
}

/** The program's own settings, and those of all built-in providers. */
async function everySetting(): Promise<readonly Setting[]> {
  const definitions = await builtInDefinitions()
  const ofProviders = definitions.flatMap(({ options, name }) => describeSettings(options, name))
  return [...knownSettings(undefined), ...ofProviders]
}
