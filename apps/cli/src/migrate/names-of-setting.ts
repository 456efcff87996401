import type { Setting } from '@woodpeckers/autoscaler-core'

/** Every variable that a setting is looked for in. */
export function namesOf({ env, envAliases, fromFile }: Setting): readonly string[] {
  const names = [env, ...envAliases]
  return fromFile ? names.flatMap((name) => [name, `${name}_FILE`]) : names
}
