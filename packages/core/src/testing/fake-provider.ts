import type { Machine } from '../model/machine.ts'
import { isNameOfPool } from '../model/names.ts'
import type { PoolId } from '../model/pool.ts'
import type { CallOptions, Provider } from '../ports/provider.ts'
import type { FakeCloud, FakeMachine } from './fake-cloud.ts'

export interface FakeProviderOptions {
  readonly pool: PoolId
  readonly billing?: 'second' | 'hour'
  /** `names`: the three functions that every provider has, and nothing else. Default: `facts`. */
  readonly lists?: 'names' | 'facts'
}

/** A provider over the fake cloud, for one pool; several pools may share a cloud. */
export function createFakeProvider(
  cloud: FakeCloud,
  { pool, billing = 'second', lists = 'facts' }: FakeProviderOptions,
): Provider {
  const ours = async ({ signal }: CallOptions) =>
    (await cloud.list(signal)).filter(({ name }) => isNameOfPool(name, pool))

  const needed: Provider = {
    deployAgent: (agent, { signal }) => cloud.create(agent, signal),
    removeAgent: async (name, { signal }) => {
      signal.throwIfAborted()
      if (isNameOfPool(name, pool)) await cloud.remove(name, signal)
    },
    listDeployedAgentNames: async (call) => (await ours(call)).map(({ name }) => name),
  }
  if (lists === 'names') return needed
  return {
    ...needed,
    listDeployedAgents: async (call) => (await ours(call)).map(asMachine),
    ...(cloud.offerings.length > 0 && { offerings: ({ signal }) => cloud.listOfferings(signal) }),
    billing,
    startAgent: (name, { signal }) => cloud.start(name, signal),
    stopAgent: (name, { signal }) => cloud.shutDown(name, signal),
    stoppingSaves: true,
    platform: { platform: 'linux/amd64', backend: 'docker' },
    check: async (call) => `${(await ours(call)).length} machines`,
  }
}

function asMachine({ name, createdAt, state, offering, hourlyPrice, endingSoon }: FakeMachine): Machine {
  return {
    name,
    createdAt,
    state,
    ...(offering !== undefined && { offering }),
    ...(hourlyPrice && { hourlyPrice }),
    ...(endingSoon !== undefined && { endingSoon }),
  }
}
