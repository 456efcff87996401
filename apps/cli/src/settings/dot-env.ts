import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

type Env = Readonly<Record<string, string | undefined>>

/** What a `.env` file in a folder says; nothing where there is none. */
export function readDotEnv(folder: string): { readonly env: Env } | { readonly problem: string } {
  let text: string
  try {
    text = readFileSync(join(folder, '.env'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { env: {} }
    return { problem: `.env cannot be read: ${(error as Error).message}` }
  }
  // Some editors begin a file with a mark, which would be a part of the first name.
  return { env: parseEnv(text.replace(/^\uFEFF/, '')) }
}

/** The environment with what a file adds to it. The real one wins, and a name that it gives as `NAME_FILE` counts as given. */
export function withFile(env: Env, file: Env): Env {
  const merged: Record<string, string | undefined> = { ...env }
  for (const [name, value] of Object.entries(file)) {
    const twin = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`
    if (!env[name] && !env[twin]) merged[name] = value
  }
  return merged
}

/** The environment, with what a `.env` file in a folder adds to it. */
export function withDotEnv(env: Env, folder: string): { readonly env: Env; readonly problem?: string } {
  const file = readDotEnv(folder)
  return 'problem' in file ? { env, problem: file.problem } : { env: withFile(env, file.env) }
}
