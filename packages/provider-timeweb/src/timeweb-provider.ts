import {
  asOutsideError,
  type CallOptions,
  isNameOfPool,
  type Machine,
  type Provider,
  type ProviderContext,
  Rejected,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { type Connections, openConnections } from '@woodpeckers/autoscaler-http'
import { Account } from './account.ts'
import { openApi } from './api/open-api.ts'
import { catalogueOf } from './catalogue.ts'
import { checkAccount } from './check-account.ts'
import { deployServer, orderOf } from './deploy-server.ts'
import { machineOf } from './machine-of-server.ts'
import type { TimewebOptions } from './options.ts'
import { type Recipe, resolveRecipe } from './recipe.ts'
import { removeServer } from './remove-server.ts'

/** Timeweb documents none; this is the least that any of the known clouds takes, so it will not be too much. */
const USER_DATA_BYTES = 16 * 1024

/** The names among the settings are looked up in this time, or later. */
const START_PATIENCE_MS = 20_000

/**
 * Servers of Timeweb Cloud, for one pool. Names among the settings are looked up at once: a wrong one, or a
 * wrong token, is thrown here; while the cloud is away they are looked up with the first deployment.
 */
export async function createTimewebProvider(
  context: ProviderContext<TimewebOptions>,
  connections: Connections = openConnections(),
): Promise<Provider> {
  const { options, clock, log } = context
  const pool = context.pool.id
  const api = openApi(context, connections)
  const account = new Account(api, clock, log, pool, {
    areOrdered: options.publicIp,
    reported: context.share('timewebcloud/reported addresses', () => new Set<string>()),
  })

  let recipe: Recipe | undefined
  let isDoubted = false
  const resolved = async (call: CallOptions) => {
    if (!recipe || isDoubted) recipe = await resolveRecipe(options, api, recipe, call)
    isDoubted = false
    return recipe
  }
  const refuseForeign = (name: string) => {
    if (!isNameOfPool(name, pool)) throw new Rejected(`${name} is no name of the pool ${pool}`)
  }

  const list = async (call: CallOptions): Promise<readonly Machine[]> => {
    const machines = new Map<string, Machine>()
    const own = account.own(await account.list.fresh(call))
    const byName = Map.groupBy(own, ({ agent }) => agent)
    for (const [name, owned] of byName) {
      const copies = new Set(owned.map(({ server }) => server.id)).size
      machines.set(name, { ...machineOf(owned.at(-1)!, recipe), ...(copies > 1 && { copies }) })
    }
    // So that the engine ends the addresses that a server has left, whoever deleted it.
    for (const name of await account.floatingIps.observe(own, call)) {
      if (!machines.has(name)) machines.set(name, { name, state: 'stopping', isRemains: true })
    }
    return [...machines.values()]
  }

  const late = () => new Transient('the settings could not be looked up in time')
  try {
    await withDeadline(clock, START_PATIENCE_MS, undefined, late, (signal) => resolved({ signal }))
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if (error.kind === 'rejected' || error.kind === 'auth') {
      await connections.close()
      throw error
    }
    log.warn({ error: error.message }, 'Timeweb does not answer; the settings are looked up later')
  }

  return {
    // By started hours: `hourly_cost` is all that the API tells, and ending a machine that is paid for saves nothing.
    billing: 'hour',
    platform: { platform: 'linux/amd64', backend: 'docker' },
    userDataLimit: { bytes: USER_DATA_BYTES, gzip: false },
    stoppingSaves: {
      not: 'Timeweb does not document whether a stopped server costs less than a running one',
    },

    async deployAgent(agent, call) {
      call.signal.throwIfAborted()
      refuseForeign(agent.name)
      try {
        await deployServer(account, orderOf(agent, await resolved(call), options.hostnamePrefix), call)
      } catch (thrown) {
        // An image or a preset may have gone, and another one have its name.
        isDoubted ||= asOutsideError(thrown).kind === 'rejected'
        throw thrown
      }
    },

    async removeAgent(name, call) {
      call.signal.throwIfAborted()
      refuseForeign(name)
      await removeServer(account, name, call)
    },

    listDeployedAgentNames: async (call) => (await list(call)).map(({ name }) => name),
    listDeployedAgents: list,
    offerings: async (call) => (await resolved(call)).offerings,
    check: async (call) => checkAccount(api, await resolved(call), pool, call),
    catalogue: (call) => catalogueOf(api, call),
    close: () => connections.close(),
  }
}
