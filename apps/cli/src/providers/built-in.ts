/** Providers that come with the program, imported only when they are asked for: some are heavy. */
export const builtInProviders: Readonly<Record<string, () => Promise<unknown>>> = {
  local: () => import('@woodpeckers/autoscaler-provider-local'),
}
