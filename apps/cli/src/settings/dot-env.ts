import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The environment, with what a `.env` file in the working directory adds to it. The real one wins, and a
 * name that it gives as `NAME_FILE` counts as given.
 */
export function withDotEnv(env: Env, cwd: string): { readonly env: Env; readonly problem?: string } {
  let text: string
  try {
    text = readFileSync(join(cwd, '.env'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { env }
    return { env, problem: `.env cannot be read: ${(error as Error).message}` }
  }
  const merged: Record<string, string | undefined> = { ...env }
  // Some editors begin a file with a mark, which would be a part of the first name.
  for (const [name, value] of Object.entries(parseEnv(text.replace(/^\uFEFF/, '')))) {
    const twin = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`
    if (!env[name] && !env[twin]) merged[name] = value
  }
  return { env: merged }
}
