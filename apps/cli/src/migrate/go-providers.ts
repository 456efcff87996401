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
