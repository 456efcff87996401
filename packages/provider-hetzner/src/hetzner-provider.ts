import {
  asOutsideError,
  type CallOptions,
  type CatalogueTable,
  isNameOfPool,
  type Provider,
  type ProviderContext,
  Rejected,
} from '@woodpeckers/autoscaler-core'
import { createExchange, type Fetch, openConnections } from '@woodpeckers/autoscaler-http'
import { createHetznerApi } from './api/hetzner-api.ts'
import type { WirePricing, WireServerType } from './api/wire.ts'
import { catalogue, goArchitecture } from './catalogue.ts'
import { check } from './check.ts'
import { credentialOf } from './credential.ts'
import { deploy } from './deploy.ts'
import { refusalOf } from './errors.ts'
import { listMachines, listNames } from './list-machines.ts'
import { createLeftOutLog, judge, offeringsIn } from './offerings.ts'
import type { AccountOptions, HetznerOptions } from './options.ts'
import { learnFrom, rateLimiterOf } from './rate-limit.ts'
import { remembered } from './remembered.ts'
import { remove } from './remove.ts'
import { type Plan, resolve } from './resolve.ts'
import { openServerList } from './server-list.ts'
import type { HetznerSite } from './site.ts'

/** For each try of a request. Three of them fit into the 30 s that a provider has to get ready. */
const DEADLINE_MS = 9_000
const TYPES_FOR_MS = 60_000
const PRICING_FOR_MS = 3_600_000
/** Uncompressed: https://docs.hetzner.cloud/reference/cloud#servers-create-a-server */
const LARGEST_USER_DATA_BYTES = 32_768

/**
 * Machines at Hetzner Cloud, for one pool. What the settings name is looked up here, so that what is wrong is
 * known before anything is made; only where Hetzner cannot be reached it is left for later.
 *
 * @param fetch in place of real connections
 */
export async function createHetznerProvider(
  context: ProviderContext<HetznerOptions>,
  fetch?: Fetch,
): Promise<Provider> {
  const { pool, options } = context
  if (!/^[a-z0-9.-]+$/i.test(pool.id)) {
    throw new Rejected(
      `the pool's id "${pool.id}" would make names that are no host names, which Hetzner refuses`,
    )
  }
  const connections = fetch ? { fetch, close: async () => {} } : openConnections()
  try {
    const site = openSite(context, connections.fetch)
    const plan = await planAtStart(site)
    return providerOf(site, plan, connections.close)
  } catch (error) {
    await connections.close()
    throw error
  }

  function providerOf(site: HetznerSite, plan: Plan | undefined, close: () => Promise<void>): Provider {
    const sayLeftOut = createLeftOutLog(site)
    const refuseForeign = (name: string) => {
      if (!isNameOfPool(name, pool.id)) throw new Rejected(`${name} is no name of the pool ${pool.id}`)
    }
    return {
      // Names are unique in a project: the API refuses a second server with `uniqueness_error`.
      createIsIdempotent: true,
      billing: 'hour',
      platform: {
        platform: `linux/${goArchitecture(plan?.architecture ?? guessed(options))}`,
        backend: 'docker',
      },
      userDataLimit: { bytes: LARGEST_USER_DATA_BYTES, gzip: false },
      stoppingSaves: { not: 'Hetzner bills stopped machines' },
      requestsLeft: () => rateLimiterOf(context).left,

      async deployAgent(agent, call) {
        call.signal.throwIfAborted()
        refuseForeign(agent.name)
        try {
          await deploy(site, agent, call)
        } catch (thrown) {
          // An image may have gone, and another one have its name.
          if (asOutsideError(thrown).kind === 'rejected') site.doubtPlan()
          throw thrown
        }
      },
      async removeAgent(name, call) {
        call.signal.throwIfAborted()
        refuseForeign(name)
        await remove(site, name, call)
      },
      listDeployedAgentNames: (call) => listNames(site, call),
      listDeployedAgents: (call) => listMachines(site, call),
      async offerings(call) {
        call.signal.throwIfAborted()
        const judged = await judge(site)
        sayLeftOut(judged)
        return offeringsIn(judged)
      },
      check: (call) => check(site, call),
      catalogue: (call) => catalogue(site, call),
      close,
    }
  }
}

/** What there is to choose from, before anything was chosen: a token is enough. */
export async function browseHetzner(
  context: ProviderContext<AccountOptions>,
  call: CallOptions,
  fetch?: Fetch,
): Promise<readonly CatalogueTable[]> {
  const connections = fetch ? { fetch, close: async () => {} } : openConnections()
  try {
    return await catalogue(openAccount(context, connections.fetch), call)
  } finally {
    await connections.close()
  }
}

function openSite(context: ProviderContext<HetznerOptions>, fetch: Fetch): HetznerSite {
  const { options, pool, log } = context
  const account = openAccount(context, fetch)
  const once = () => remembered<Plan>({ clock: context.clock, forMs: Infinity })
  let remember = once()
  const doubtPlan = () => {
    remember = once()
  }
  let last: Plan | undefined
  const read = async (call: CallOptions) => {
    last = await resolve(account.api, options, await account.serverTypes(), last, call)
    return last
  }
  const plan = () => remember({ read, onStale: account.onStale })
  const servers = openServerList(context, account.api)
  return { ...account, servers, options, pool: pool.id, log, plan, doubtPlan, ids: new Map() }
}

type Account = Pick<HetznerSite, 'api' | 'clock' | 'serverTypes' | 'pricing'> & {
  readonly onStale: (error: unknown) => void
}

function openAccount(context: ProviderContext<AccountOptions>, fetch: Fetch): Account {
  const { options, pool, clock, random, log, share } = context
  const limiter = rateLimiterOf(context)
  const exchange = createExchange({
    fetch,
    token: options.apiToken,
    clock,
    random,
    log,
    deadlineMs: DEADLINE_MS,
    refusalOf,
    // What is deleted twice is gone once.
    repeatable: new Set(['GET', 'DELETE']),
    limiter,
    onAnswer: (status, headers) => learnFrom(limiter, status, headers, clock.now()),
  })
  const api = createHetznerApi(options.endpoint, exchange)
  const onStale = (error: unknown) =>
    log.warn({ pool: pool.id }, `The last prices go on to count: ${asOutsideError(error).message}`)
  // The same for every pool of the project.
  const facts = share(`hetznercloud facts ${credentialOf(options)}`, () => ({
    serverTypes: remembered<readonly WireServerType[]>({ clock, forMs: TYPES_FOR_MS }),
    pricing: remembered<WirePricing>({ clock, forMs: PRICING_FOR_MS }),
  }))
  const serverTypes = () => facts.serverTypes({ read: (call) => api.list('server_types', {}, call), onStale })
  const pricing = () => facts.pricing({ read: (call) => api.pricing(call), onStale })
  return { api, clock, serverTypes, pricing, onStale }
}

/** `undefined`: Hetzner cannot be reached now, which must not keep the autoscaler from starting. */
async function planAtStart(site: HetznerSite): Promise<Plan | undefined> {
  try {
    return await site.plan()
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if (error.kind !== 'transient' && error.kind !== 'rate-limited') throw error
    site.log.warn({ pool: site.pool }, `The settings could not be checked yet: ${error.message}`)
    return undefined
  }
}

/** By the name alone: all of Hetzner's ARM machines are named so. */
function guessed({ serverType }: HetznerOptions): 'arm' | 'x86' {
  return serverType[0]?.startsWith('cax') ? 'arm' : 'x86'
}
