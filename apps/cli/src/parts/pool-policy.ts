import type { Labels, PoolPolicy, Provider } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { madeFrom } from './made-from.ts'

/** What the engine takes of a pool's settings. `offer`: the labels of its agents. */
export function policyOf(
  config: PoolConfig,
  provider: Pick<Provider, 'billing' | 'standing'>,
  offer: Labels,
): PoolPolicy {
  const configuration = madeFrom(config)
  return {
    id: config.poolId,
    workflowsPerAgent: config.mode === 'ephemeral' ? 1 : config.workflowsPerAgent,
    offer,
    idleTimeoutMs: config.agentIdleTimeout,
    inactivityTimeoutMs: config.agentInactivityTimeout,
    billingTeardownMarginMs: config.agentBillingTeardownMargin,
    billing: provider.billing ?? 'second',
    parked: { max: config.stoppedMax, forMs: config.stoppedFor },
    keepFailed: config.keepFailed,
    cloud: config.cloud,
    ...growthOf(config),
    ...limitsOf(config, provider),
    madeFrom: config.replaceDrifted ? configuration : undefined,
    configuration,
    machineLabel: config.machineLabel,
    failingAfter: config.failingAfter,
    isDrained: false,
    bootAllowanceMs: config.bootAllowance,
  }
}

function growthOf(
  config: PoolConfig,
): Pick<
  PoolPolicy,
  | 'mode'
  | 'priority'
  | 'buffer'
  | 'prewarm'
  | 'scaleUpDelayMs'
  | 'batch'
  | 'shrinkOrder'
  | 'packing'
  | 'maxAgeMs'
> {
  const { mode, priority, buffer, prewarm, shrinkOrder, packing } = config
  return {
    mode,
    priority,
    buffer,
    prewarm,
    shrinkOrder,
    packing,
    scaleUpDelayMs: config.scaleUpDelay,
    batch: config.batch ?? Number.POSITIVE_INFINITY,
    maxAgeMs: config.maxAge ?? Number.POSITIVE_INFINITY,
  }
}

/** A pool of standing machines alone makes none, whatever the settings say. */
function limitsOf(
  { minAgents, maxAgents, schedules }: PoolConfig,
  { standing }: Pick<Provider, 'standing'>,
): Pick<PoolPolicy, 'min' | 'max' | 'schedules'> {
  return standing?.alone ? { min: 0, max: 0, schedules: [] } : { min: minAgents, max: maxAgents, schedules }
}
