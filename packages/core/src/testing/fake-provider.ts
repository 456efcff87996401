import type { Machine } from '../model/machine.ts'
import { isNameOfPool } from '../model/names.ts'
import type { PoolId } from '../model/pool.ts'
import type { StandingMachine } from '../model/standing-machine.ts'
import { Transient } from '../ports/errors.ts'
import type { CallOptions, Provider, StandingMachines } from '../ports/provider.ts'
import type { FakeCloud, FakeMachine } from './fake-cloud.ts'

export interface FakeProviderOptions {
  readonly pool: PoolId
  readonly billing?: 'second' | 'hour'
  /** `names`: the three functions that every provider has, and nothing else. Default: `facts`. */
  readonly lists?: 'names' | 'facts'
  /** Machines of the cloud that were made by hand, by their names there. */
  readonly standing?: readonly string[]
}

/** A provider over the fake cloud, for one pool; several pools may share a cloud. */
export function createFakeProvider(
  cloud: FakeCloud,
  { pool, billing = 'second', lists = 'facts', standing = [] }: FakeProviderOptions,
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
    createIsIdempotent: true,
    listDeployedAgents: async (call) => (await ours(call)).map(asMachine),
    ...(cloud.offerings.length > 0 && { offerings: ({ signal }) => cloud.listOfferings(signal) }),
    billing,
    startAgent: (name, { signal }) => cloud.start(name, signal),
    stopAgent: (name, { signal }) => cloud.shutDown(name, signal),
    stoppingSaves: true,
    ...(standing.length > 0 && { standing: standingOf(cloud, standing) }),
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

function standingOf(cloud: FakeCloud, ids: readonly string[]): StandingMachines {
  return {
    ids,
    alone: false,
    list: async ({ signal }) => {
      const there = new Map((await cloud.list(signal)).map((machine) => [machine.name, machine]))
      return ids.map((id) => asStanding(id, there.get(id)))
    },
    start: async (id, { signal }) => {
      if (cloud.machine(id)?.state === 'stopping') throw new Transient(`${id} is still stopping`)
      await cloud.start(id, signal)
    },
    stop: (id, { signal }) => cloud.shutDown(id, signal),
  }
}

function asStanding(id: string, machine: FakeMachine | undefined): StandingMachine {
  if (!machine) return { id, state: 'gone' }
  const { state, startedAt, stoppingSince } = machine
  return { id, state, startedAt, ...(stoppingSince !== undefined && { stoppingSince }) }
}
