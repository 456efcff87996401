import { type CallOptions, isNameOfPool, type Machine } from '@woodpeckers/autoscaler-core'
import type { WirePricing, WireServer } from './api/wire.ts'
import { AGENT_LABEL } from './labels.ts'
import { priceOfServer } from './prices.ts'
import type { Candidate } from './resolve.ts'
import type { HetznerSite } from './site.ts'

/** Every machine of the pool: one request for each 50 of all pools of its token. */
export async function listMachines(site: HetznerSite, call: CallOptions): Promise<readonly Machine[]> {
  const servers = await listServers(site, call)
  // What is there counts, also where its prices cannot be read.
  const [plan, pricing] = await Promise.all([
    site.plan().catch(() => undefined),
    site.pricing().catch(() => undefined),
  ])
  const candidates = plan?.candidates ?? []
  return servers.map(({ name, server }) => machineOf(name, server, candidates, pricing))
}

export async function listNames(site: HetznerSite, call: CallOptions): Promise<readonly string[]> {
  return (await listServers(site, call)).map(({ name }) => name)
}

interface NamedServer {
  /** The agent's. */
  readonly name: string
  readonly server: WireServer
}

async function listServers(site: HetznerSite, call: CallOptions): Promise<readonly NamedServer[]> {
  const { pool, ids, log } = site
  const ours = (await site.servers(call)).flatMap((server) => {
    const name = agentNameOf(server, pool)
    if (name !== undefined) return [{ name, server }]
    log.warn({ pool, machine: server.name }, 'It has our label, but no name of the pool: it is left alone')
    return []
  })
  for (const { name, server } of ours) ids.set(name, server.id)
  return ours
}

/** Its label's where somebody has renamed it. */
function agentNameOf({ name, labels }: WireServer, pool: string): string | undefined {
  if (isNameOfPool(name, pool)) return name
  const labelled = labels[AGENT_LABEL] ?? ''
  return isNameOfPool(labelled, pool) ? labelled : undefined
}

function machineOf(
  name: string,
  server: WireServer,
  candidates: readonly Candidate[],
  pricing: WirePricing | undefined,
): Machine {
  const createdAt = Date.parse(server.created)
  const price = pricing && priceOfServer(pricing, server)
  return {
    name,
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
    ...stateOf(server.status),
    offering: offeringOf(server, candidates),
    ...(price ? { hourlyPrice: price } : {}),
  }
}

/** As it was asked for: without a place where Hetzner chose it. */
function offeringOf({ server_type: type, location }: WireServer, candidates: readonly Candidate[]): string {
  const exact = `${type.name}:${location.name}`
  if (candidates.some(({ id }) => id === exact)) return exact
  return candidates.some(({ id }) => id === type.name) ? type.name : exact
}

// https://docs.hetzner.cloud/reference/cloud#servers
function stateOf(status: string): Pick<Machine, 'state' | 'status'> {
  switch (status) {
    case 'initializing':
    case 'starting':
    case 'rebuilding':
      return { state: 'starting', status }
    case 'running':
    case 'migrating':
      return { state: 'running' }
    case 'stopping':
    case 'deleting':
      return { state: 'stopping' }
    case 'off':
      return { state: 'stopped' }
    default:
      return { state: 'unknown', status }
  }
}
