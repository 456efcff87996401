/**
 * Providers of the Go autoscaler (github.com/woodpecker-ci/autoscaler, `providers/`) by what their variables begin
 * with, after `WOODPECKER_`.
 */
export const GO_PROVIDERS: ReadonlyMap<string, string> = new Map([
  ['AWS', 'aws'],
  ['AZURE', 'azure'],
  ['DIGITALOCEAN', 'digitalocean'],
  ['EQUINIXMETAL', 'equinixmetal'],
  ['HETZNERCLOUD', 'hetznercloud'],
  ['LINODE', 'linode'],
  ['OPENSTACK', 'openstack'],
  ['SCALEWAY', 'scaleway'],
  ['VULTR', 'vultr'],
])

/** What the variables of a provider begin with. */
export function prefixOf(provider: string): string {
  return `WOODPECKER_${provider.toUpperCase().replaceAll('-', '_')}_`
}

/** Whose settings a variable is one of, by its beginning. */
export function providerOfVariable(name: string): string | undefined {
  const word = /^WOODPECKER_([A-Z0-9]+)_/.exec(name)?.[1]
  return word === undefined ? undefined : GO_PROVIDERS.get(word)
}

/**
 * Names of older versions of the Go autoscaler, which the program itself does not look at: each with the one that took
 * its place.
 */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  WOODPECKER_HETZNERCLOUD_USERDATA: 'WOODPECKER_PROVIDER_USERDATA',
  WOODPECKER_HETZNERCLOUD_USERDATA_FILE: 'WOODPECKER_PROVIDER_USERDATA_FILE',
}

type Variables = Readonly<Record<string, string | undefined>>

/** The environment with older names made new; `renamed`: which were there. */
export function withoutOlderNames(env: Variables): {
  readonly env: Variables
  readonly renamed: readonly (readonly [older: string, newer: string])[]
} {
  const renamed = Object.entries(OLDER_NAMES).filter(([older, newer]) => env[older] && !env[newer])
  const merged = Object.fromEntries(renamed.map(([older, newer]) => [newer, env[older]]))
  return { env: { ...env, ...merged }, renamed }
}
