import type { Machine, Provider } from '@woodpeckers/autoscaler-core'
import type { CloudMachine } from './cloud-machine.ts'
import type { EmulatedCloud } from './emulated-cloud.ts'

/** As the pool's names end: another pool's may begin as ours do. */
const SUFFIX = /^[A-Za-z0-9]+$/

/** The emulated cloud as a provider of one pool: `namePrefix` is what core's function of that name answers. */
export function createEmulatedCloudProvider(cloud: EmulatedCloud, namePrefix: string): Provider {
  const isOurs = (name: string) => name.startsWith(namePrefix) && SUFFIX.test(name.slice(namePrefix.length))
  const list = async (signal: AbortSignal): Promise<readonly CloudMachine[]> =>
    (await cloud.list(signal)).filter(({ name }) => isOurs(name))
  return {
    createIsIdempotent: true,
    deployAgent: ({ name, environment, offering }, { signal }) =>
      cloud.create(name, environment, offering, signal),
    removeAgent: async (name, { signal }) => {
      if (!isOurs(name)) throw new Error(`${name} is not of this pool`)
      await cloud.remove(name, signal)
    },
    listDeployedAgentNames: async ({ signal }) => (await list(signal)).map(({ name }) => name),
    listDeployedAgents: async ({ signal }) => (await list(signal)).map(toMachine),
    offerings: async () => cloud.offerings,
    billing: cloud.billing,
    platform: { platform: 'linux/amd64', backend: 'docker' },
    usesUserData: false,
    check: async ({ signal }) => `an emulated cloud with ${(await cloud.list(signal)).length} machines`,
  }
}

function toMachine({ name, createdAt, state, offering }: CloudMachine): Machine {
  return {
    name,
    createdAt,
    state: state === 'ended' ? 'stopping' : state,
    offering: offering.id,
    ...(offering.hourlyPrice ? { hourlyPrice: offering.hourlyPrice } : {}),
  }
}
