import {
  type AgentDeployment,
  asOutsideError,
  type CallOptions,
  type OutsideError,
  Rejected,
  Transient,
} from '@woodpeckers/autoscaler-core'
import type { Account } from './account.ts'
import type { ServerOrder } from './api/timeweb-api.ts'
import type { WireServer } from './api/wire.ts'
import { agentOf, markOf } from './marks.ts'
import type { Recipe } from './recipe.ts'

/** How old a list may be that shows a name unused which this process has never given. */
const LIST_SERVES_MS = 60_000
/** How long a server may be missing from lists after its order. */
const MAY_APPEAR_MS = 120_000

/**
 * Orders a server, once: a POST makes another one each time. So the name is looked up before it, and after
 * it where its answer was lost; what is there with our mark is taken as it is.
 */
export async function deployServer(account: Account, order: ServerOrder, call: CallOptions): Promise<void> {
  const { name } = order
  if (await isThere(account, name, call)) return
  refuseUncertain(account, name)
  account.floatingIps.act()
  account.orders.sending(name)
  try {
    const { id } = await account.api.createServer(order, call)
    account.orders.accepted(name, id)
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if (!error.mayHaveActed) {
      account.orders.forget(name)
      throw error
    }
    if (call.signal.aborted || !(await hasArrived(account, name, error, call))) throw error
    account.log.warn({ machine: name, error: error.message }, 'The answer was lost; the server is there')
  }
}

/** Whether the server of a lost answer is there. Where that cannot be read, the order may have worked all the same. */
async function hasArrived(
  account: Account,
  name: string,
  lost: OutsideError,
  call: CallOptions,
): Promise<boolean> {
  try {
    return await isThere(account, name, call)
  } catch (thrown) {
    const error = asOutsideError(thrown)
    throw error.kind === 'rejected' ? error : lost
  }
}

/** The whole order, with the agent's secret in it: never log it. */
export function orderOf(agent: AgentDeployment, recipe: Recipe, hostnamePrefix: string): ServerOrder {
  const offering = agent.offering ?? recipe.offerings[0]?.id ?? ''
  const size = recipe.sizes.get(offering)
  if (!size) throw new Rejected(`there is no offering “${offering}” among the settings`)
  return {
    ...recipe.common,
    ...size,
    name: agent.name,
    comment: markOf(agent.pool, agent.name),
    hostname: hostname(hostnamePrefix + agent.name),
    cloud_init: agent.userData,
  }
}

async function isThere(account: Account, name: string, call: CallOptions): Promise<boolean> {
  const { orders, list, api, pool } = account
  const sent = orders.get(name)
  if (sent?.serverId !== undefined) {
    const server = await api.server(sent.serverId, call)
    if (server && agentOf(server, pool) === name) return true
    orders.forget(name)
  }
  const carries = (server: WireServer) => server.name === name || agentOf(server, pool) === name
  let servers = sent ? await list.fresh(call) : await list.notOlderThan(LIST_SERVES_MS, call)
  // What an older list shows may have ended since.
  if (!sent && servers.some(carries)) servers = await list.fresh(call)
  const isOurs = account.own(servers).some(({ agent }) => agent === name)
  if (!isOurs && servers.some((server) => server.name === name)) {
    throw new Rejected(
      `a server named ${name} is there, without the mark of the pool ${pool}: it is left alone`,
    )
  }
  return isOurs
}

/** An order whose answer was lost is not sent again while its server may still appear. */
function refuseUncertain({ clock, orders }: Account, name: string): void {
  const sent = orders.get(name)
  if (!sent || sent.serverId !== undefined || clock.monotonic() - sent.at > MAY_APPEAR_MS) return
  throw new Transient(`${name} was ordered before, without an answer: its server may still appear`, {
    mayHaveActed: true,
  })
}

/** A host name has 63 letters, digits and dashes; a pool's id may have more than these. */
function hostname(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '')
}
