import { readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { withDotEnv } from '../settings/dot-env.ts'
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

export function readEnvironment({ file, service, env, cwd }: EnvironmentPlace): EnvironmentRead {
  const isCompose = file !== undefined && /\.ya?ml$/i.test(file)
  if (service !== undefined && !isCompose) {
    return { ok: false, problems: ['--service is for a Compose file: name one with --env-file'] }
  }
  if (file === undefined) return { ok: true, env, unresolved: new Map(), remarks: [] }
  const path = isAbsolute(file) ? file : join(cwd, file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    return { ok: false, problems: [`--env-file is ${JSON.stringify(file)}: ${why}`] }
  }
  const name = basename(file)
  if (!isCompose) return parseEnvFile(text, name)
  // Compose takes what it fills in from the `.env` beside the file, too.
  return parseComposeFile(text, { name, env: withDotEnv(env, dirname(path)).env, service })
}
