import type { Environment } from './environment.ts'

/**
 * What the clouds' own tools read (`hcloud`, `twc`), by provider: each with our variable that says the same. Of
 * several the first one counts.
 */
const CLOUDS_OWN: Readonly<Record<string, readonly (readonly [own: string, ours: string])[]>> = {
  hetznercloud: [
    ['HCLOUD_TOKEN', 'WOODPECKER_HETZNERCLOUD_API_TOKEN'],
    ['HCLOUD_ENDPOINT', 'WOODPECKER_HETZNERCLOUD_ENDPOINT'],
  ],
  timewebcloud: [
    ['TWC_TOKEN', 'WOODPECKER_TIMEWEBCLOUD_API_TOKEN'],
    ['TIMEWEB_CLOUD_TOKEN', 'WOODPECKER_TIMEWEBCLOUD_API_TOKEN'],
  ],
}

/** The environment with the clouds' own variables under our names; `taken`: which were needed, as theirs and ours. */
export function withCloudsOwnNames(
  env: Environment,
  provider: string,
): { readonly env: Environment; readonly taken: readonly (readonly [own: string, ours: string])[] } {
  const merged: Record<string, string | undefined> = { ...env }
  const pairs = Object.hasOwn(CLOUDS_OWN, provider) ? CLOUDS_OWN[provider]! : []
  const taken = pairs.filter(([own, ours]) => {
    if (!env[own] || merged[ours] || merged[`${ours}_FILE`]) return false
    merged[ours] = env[own]
    return true
  })
  return { env: merged, taken }
}

/** One line for the variables that are neither the autoscaler's nor taken from a cloud's own tools. */
export function tellForeignVariables(env: Environment, taken: ReadonlySet<string>): readonly string[] {
  const names = Object.keys(env)
    .filter((name) => env[name] && !/^(?:WOODPECKER|WOODEPCKER|PICUS|AWS)_/.test(name) && !taken.has(name))
    .toSorted()
  if (names.length === 0) return []
  const [are, those] =
    names.length === 1 ? ['is no setting', 'it'] : ['are no settings', 'those that it needs']
  return [`${names.join(', ')} ${are} of the autoscaler: keep ${those} in its environment`]
}
