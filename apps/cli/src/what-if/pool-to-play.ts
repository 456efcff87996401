import { formatDuration } from '@woodpeckers/autoscaler-core'
import type { BootTime, TracePool } from '@woodpeckers/autoscaler-traces'
import { offerOf } from '@woodpeckers/autoscaler-woodpecker'
import type { PoolConfig } from '../config/config.ts'
import { priceText } from '../offerings/price-text.ts'
import { labelsOfAgents, placeOfAgents } from '../parts/agent-place.ts'
import { policyOf } from '../parts/pool-policy.ts'
import { type Hints, hintFor } from './hints.ts'
import { cloudFacts, isKnownCloud } from './known-clouds.ts'

/** What machines of clouds that boot from a plain image with cloud-init take, as a rule. */
const USUAL_BOOT: BootTime = { p50Ms: 45_000, p95Ms: 70_000 }

export interface PoolToPlay {
  readonly pool: TracePool
  /** What was taken for granted: sentences that begin with the pool. */
  readonly assumed: readonly string[]
  /** Why it cannot be played like this. */
  readonly problems: readonly string[]
}

/** A pool of a config as a simulation plays it. Its provider is not made, and its cloud not asked. */
export function poolToPlay(config: PoolConfig, hints: Hints): PoolToPlay {
  const { poolId } = config
  const facts = cloudFacts(config)
  const boot = hintFor(hints.boot, poolId, facts.types)
  const hourlyPrice = hintFor(hints.price, poolId, facts.types)
  const billing = hintFor(hints.billing, poolId, facts.types) ?? facts.billing
  const platform = hintFor(hints.platform, poolId, facts.types) ?? facts.platform.platform
  const speed = hintFor(hints.speed, poolId, facts.types)
  const scope = organisationOf(config)
  const offer = {
    ...offerOf({
      ...placeOfAgents(config, facts),
      platform,
      labels: labelsOfAgents(config, facts),
      ...(scope !== undefined && { scope }),
    }),
    ...(config.machineLabel !== undefined && { [config.machineLabel]: '*' }),
  }
  const policy = {
    ...policyOf(config, { billing }, offer),
    // Nothing is made from other settings here, and there is one price for all types.
    madeFrom: undefined,
    machineLabel: undefined,
  }
  const { p50Ms, p95Ms } = boot ?? USUAL_BOOT
  const costs = hourlyPrice
    ? `${priceText(hourlyPrice)} an hour`
    : 'at an unknown price (say it with --price)'
  const assumed = [
    `${facts.types[0] ?? 'machines'} on ${platform}, ${costs}, paid by the ${billing}; up in ${formatDuration(p50Ms)}, 95 % in ${formatDuration(p95Ms)}${boot ? '' : ' (say it with --boot)'}`,
    ...(isKnownCloud(config) || hints.billing.size > 0
      ? []
      : [`the provider ${config.definition.name} is not asked how it bills`]),
    ...(facts.types.length > 1 ? [`no machine type is sold out: ${facts.types[0]} is always to be had`] : []),
    ...(config.organisation !== undefined && scope === undefined
      ? [`its organisation is named, not numbered: its agents are taken to work for all`]
      : []),
    ...(config.machineLabel === undefined
      ? []
      : [`a task may have any ${config.machineLabel}, and all machines are alike`]),
    ...(speed === undefined ? [] : [`jobs run ${speed} times as fast as they did`]),
    ...(config.stoppedMax > 0 ? ['stopped machines cost nothing'] : []),
  ]
  return {
    pool: {
      policy,
      boot: boot ?? USUAL_BOOT,
      ...(hourlyPrice && { hourlyPrice }),
      ...(speed !== undefined && { speed }),
    },
    assumed: assumed.map((what) => `${poolId}: ${what}`),
    problems: [
      ...(config.stoppedMax > 0 && !facts.canPark
        ? [`pool ${poolId}: stopped.max is ${config.stoppedMax}, but stopping saves nothing there; use 0`]
        : []),
      ...(facts.standsAlone
        ? [`pool ${poolId} has machines that were made by hand alone: these cannot be simulated`]
        : []),
    ],
  }
}

/** Digits are a number; which number a name has, only the server knows. */
function organisationOf({ organisation }: PoolConfig): string | undefined {
  return organisation !== undefined && /^\d+$/.test(organisation) ? organisation : undefined
}
