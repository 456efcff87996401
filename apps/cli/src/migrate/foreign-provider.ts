import { looksSecret } from '../config/looks-secret.ts'
import { builtInProviders } from '../providers/built-in.ts'
import type { Environment } from './environment.ts'
import { prefixOf } from './go-providers.ts'
import type { SecretReferences } from './secret-references.ts'

/** Whether a provider's name is one that a package may bring some day, rather than a file or a slip of the pen. */
export function isPlainName(reference: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(reference)
}

/**
 * The settings of a provider that is not here, under the names that they would have: nobody knows what they are, so all
 * are text.
 */
export function sectionOfForeign(
  env: Environment,
  name: string,
  references: SecretReferences,
): Readonly<Record<string, unknown>> {
  const prefix = prefixOf(name)
  const written: Record<string, unknown> = {}
  for (const variable of Object.keys(env).toSorted()) {
    const value = env[variable]
    if (!variable.startsWith(prefix) || !value) continue
    const rest = variable.slice(prefix.length)
    const isFile = rest.endsWith('_FILE')
    const key = camelCase(isFile ? rest.slice(0, -'_FILE'.length) : rest)
    written[key] = isFile
      ? `file:${references.pathFromFile(value)}`
      : references.writeText(value, variable, looksSecret(rest, value))
  }
  return written
}

export function tellForeign(name: string, count: number): string {
  const builtIn = Object.keys(builtInProviders).join(', ')
  const settings = count === 1 ? 'its 1 setting is' : `its ${count} settings are`
  return `provider ${name} is not built in (there are ${builtIn}): ${settings} written as they would be called, and the file works once there is a package woodpecker-autoscaler-provider-${name}, or provider names a file that is one`
}

function camelCase(rest: string): string {
  return rest.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
