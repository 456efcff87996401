import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'

/** Providers that come with the program, imported only when they are asked for: some are heavy. */
export const builtInProviders: Readonly<Record<string, () => Promise<unknown>>> = {
  aws: () => import('@woodpeckers/autoscaler-provider-aws'),
  hetznercloud: () => import('@woodpeckers/autoscaler-provider-hetzner'),
  local: () => import('@woodpeckers/autoscaler-provider-local'),
  timewebcloud: () => import('@woodpeckers/autoscaler-provider-timeweb'),
}

/** All of them, by name. */
export async function builtInDefinitions(): Promise<readonly ProviderDefinition[]> {
  const modules = await Promise.all(Object.values(builtInProviders).map((load) => load()))
  return modules.map((module) => (module as { readonly default: ProviderDefinition }).default)
}
