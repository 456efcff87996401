import {
  type AutoscalerOptions,
  type CiServer,
  type Clock,
  createShare,
  namePrefix,
  type Pool,
  type Provider,
  type ProviderDefinition,
  plainPolicy,
  type Random,
  renderCloudInit,
  silentLog,
} from '@woodpeckers/autoscaler-core'

export const INTERVAL_MS = 10_000

/** What differs between the pools of the benches. */
export interface BenchPool {
  readonly id: string
  readonly provider: Provider
  readonly min?: number
  readonly max?: number
}

interface Surroundings {
  readonly ci: CiServer
  readonly clock: Clock
  readonly random: Random
}

/** The engine's settings, all but those of the pools as the program has them by default. */
export function autoscalerOptions(
  { ci, clock, random }: Surroundings,
  pools: readonly BenchPool[],
): AutoscalerOptions {
  return {
    server: ci,
    pools: pools.map((pool) => poolOf(ci, pool)),
    caution: {
      graceAfterRestartMs: 300_000,
      longestPipelineMs: 7_200_000,
      listLagMs: 120_000,
      poweredOffMs: 20_000,
    },
    intervalMs: INTERVAL_MS,
    clock,
    random,
    log: silentLog,
  }
}

function poolOf(ci: CiServer, { id, provider, min = 0, max = 1_000 }: BenchPool): Pool {
  const platform = provider.platform ?? { platform: 'linux/amd64', backend: 'docker' }
  return {
    provider,
    policy: {
      id,
      min,
      max,
      workflowsPerAgent: 1,
      offer: ci.offerOf({ labels: {}, ...platform }),
      idleTimeoutMs: 600_000,
      inactivityTimeoutMs: 600_000,
      billingTeardownMarginMs: 120_000,
      billing: provider.billing ?? 'second',
      parked: { max: 0, forMs: 0 },
      keepFailed: 0,
      ...plainPolicy,
    },
    agent: { labels: {}, image: undefined, environment: {}, renderUserData: renderCloudInit },
  }
}

/** A built-in cloud for one pool. Pools with the same `share` use the same credential's rate limit. */
export async function openProvider(
  definition: ProviderDefinition,
  options: object,
  pool: string,
  {
    clock,
    random,
    share = createShare(),
  }: Omit<Surroundings, 'ci'> & { share?: ReturnType<typeof createShare> },
): Promise<Provider> {
  return definition.create({
    options: definition.options.parse(options),
    pool: { id: pool, namePrefix: namePrefix(pool), labels: {} },
    log: silentLog,
    clock,
    random,
    share,
  })
}

/** A cloud that takes no time and remembers names alone; the rest as told. */
export function instantCloud(overrides: Partial<Provider> = {}, names: Iterable<string> = []): Provider {
  const known = new Set(names)
  return {
    deployAgent: async ({ name }) => void known.add(name),
    removeAgent: async (name) => void known.delete(name),
    listDeployedAgentNames: async () => [...known],
    usesUserData: false,
    ...overrides,
  }
}
