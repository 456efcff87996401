import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { withNewerNames } from '../names/older-names.ts'
import { readDotEnv, withFile } from './dot-env.ts'
import { flagOfArgv } from './flag-of-argv.ts'
import { refusedInDotEnv } from './untrusted-env.ts'

type Env = Readonly<Record<string, string | undefined>>

export type WholeEnvironment =
  | { readonly ok: true; readonly env: Env }
  | { readonly ok: false; readonly problems: readonly string[] }

interface Around {
  readonly env: Env
  readonly argv: readonly string[]
  readonly cwd: string
}

/**
 * The environment with a file of variables beside it: the one that `--env-file` names, or else `.env` in the working
 * directory, which is not trusted. Older names are made new.
 */
export function wholeEnvironment({ env: own, argv, cwd }: Around): WholeEnvironment {
  const env = withNewerNames(own)
  // It reads that file itself, as one to take over.
  const named = argv.includes('migrate') ? undefined : flagOfArgv(argv, '--env-file')
  if (named !== undefined) {
    try {
      const text = readFileSync(resolve(cwd, named), 'utf8')
      return { ok: true, env: withNewerNames(withFile(env, parseEnv(text.replace(/^\uFEFF/, '')))) }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const why = code === 'ENOENT' ? 'there is no such file' : message
      return { ok: false, problems: [`--env-file is ${JSON.stringify(named)}: ${why}`] }
    }
  }
  const file = readDotEnv(cwd)
  if ('problem' in file) return { ok: false, problems: [file.problem] }
  const merged = withFile(env, withNewerNames(file.env))
  const counting = Object.fromEntries(Object.entries(merged).filter(([name, value]) => env[name] !== value))
  const flags = new Set(argv.flatMap((word) => (word.startsWith('--') ? [word.split('=', 1)[0]!] : [])))
  const problems = refusedInDotEnv(counting, { env, flags, cwd })
  return problems.length > 0 ? { ok: false, problems } : { ok: true, env: merged }
}
