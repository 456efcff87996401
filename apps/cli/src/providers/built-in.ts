/** Providers that come with the program, imported only when they are asked for: some are heavy. */
export const builtInProviders: Readonly<Record<string, () => Promise<unknown>>> = {
  aws: () => import('@woodpeckers/autoscaler-provider-aws'),
  hetznercloud: () => import('@woodpeckers/autoscaler-provider-hetzner'),
  local: () => import('@woodpeckers/autoscaler-provider-local'),
  timewebcloud: () => import('@woodpeckers/autoscaler-provider-timeweb'),
}
