import { isPlain } from './compose-environment.ts'
import { parseEnvFile } from './env-file.ts'
import type { Environment } from './environment.ts'
import { interpolate } from './interpolate.ts'

/** What the files of a service's `env_file:` hold; a later file wins. */
export interface ComposeEnvFiles {
  readonly env: Environment
  readonly problems: readonly string[]
  /** One line for each file that could not be read. */
  readonly remarks: readonly string[]
}

/**
 * `env_file:` is a path, a list of paths, or a list of maps with `path` and `required`. `readFile` returns the text of a path
 * relative to the Compose file, or why there is none.
 */
export function readEnvFiles(
  written: unknown,
  service: string,
  outer: Environment,
  readFile: (path: string) => { readonly text: string } | { readonly why: string },
): ComposeEnvFiles {
  const env: Record<string, string | undefined> = {}
  const problems: string[] = []
  const remarks: string[] = []
  for (const { path, required } of filesOf(written)) {
    const { text: name } = interpolate(path, outer)
    const file = readFile(name)
    if ('why' in file) {
      if (required)
        remarks.push(
          `env_file ${name} of ${service} cannot be read (${file.why}): its variables are missing here`,
        )
      continue
    }
    const read = parseEnvFile(file.text, name)
    if (read.ok) Object.assign(env, read.env)
    else problems.push(...read.problems)
  }
  return { env, problems, remarks }
}

function filesOf(written: unknown): readonly { readonly path: string; readonly required: boolean }[] {
  if (written === undefined || written === null) return []
  return (Array.isArray(written) ? written : [written]).flatMap((one) => {
    if (typeof one === 'string') return [{ path: one, required: true }]
    return isPlain(one) && typeof one['path'] === 'string'
      ? [{ path: one['path'], required: one['required'] !== false }]
      : []
  })
}
