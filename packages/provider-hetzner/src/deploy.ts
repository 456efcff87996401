import {
  type AgentDeployment,
  asOutsideError,
  type CallOptions,
  OfferingUnavailable,
  Rejected,
  Transient,
} from '@woodpeckers/autoscaler-core'
import type { ServerOrder } from './api/hetzner-api.ts'
import type { WireServer } from './api/wire.ts'
import { findServer } from './find-server.ts'
import { isMarkedFor, labelsOf, POOL_LABEL } from './labels.ts'
import { judge, offeringsIn } from './offerings.ts'
import type { Candidate, Plan } from './resolve.ts'
import type { HetznerSite } from './site.ts'

/**
 * Makes the machine, or takes over the one of this name that a call before has made: names are unique in a
 * project, so there are never two.
 */
export async function deploy(site: HetznerSite, agent: AgentDeployment, call: CallOptions): Promise<void> {
  const plan = await site.plan()
  const order = orderOf(site, plan, await candidateOf(site, plan, agent.offering), agent)
  let made: WireServer | 'name-taken'
  try {
    made = await site.api.createServer(order, call)
  } catch (thrown) {
    const error = asOutsideError(thrown)
    // What is not listed yet may still have been made: the error stays, and says so.
    if (!error.mayHaveActed || call.signal.aborted) throw error
    const there = await findServer(site, agent.name, call).catch(() => undefined)
    if (!there) throw error
    adopt(site, agent.name, there)
    return
  }
  if (made === 'name-taken') adopt(site, agent.name, await findServer(site, agent.name, call))
  else site.ids.set(agent.name, made.id)
}

function adopt(site: HetznerSite, name: string, server: WireServer | undefined): void {
  const { pool, log } = site
  if (!server) throw new Transient(`${name}: the name is taken by a server that is not listed yet`, LOST)
  if (!isMarkedFor(pool, server.labels)) {
    throw new Rejected(
      `${name}: a foreign server has this name: it lacks the label ${POOL_LABEL}=${pool}, so it is left alone`,
    )
  }
  if (server.status === 'deleting') throw new Transient(`${name}: the machine of this name still ends`)
  site.ids.set(name, server.id)
  log.info({ pool, machine: name }, 'The machine was there already: taken over')
}

const LOST = { mayHaveActed: true }

/** @throws OfferingUnavailable where none is left to choose from */
async function candidateOf(
  site: HetznerSite,
  { candidates }: Plan,
  offering: string | undefined,
): Promise<Candidate> {
  if (offering !== undefined) {
    const named = candidates.find(({ id }) => id === offering)
    if (named) return named
    throw new Rejected(`${offering} is none of ${candidates.map(({ id }) => id).join(', ')}`)
  }
  const judged = await judge(site)
  const first = offeringsIn(judged)[0]?.id
  const found = candidates.find(({ id }) => id === first)
  if (found) return found
  const reasons = judged.map((each) => `${each.candidate.id}: ${'leftOut' in each ? each.leftOut : ''}`)
  throw new OfferingUnavailable(`no machine type is to be had: ${reasons.join('; ')}`)
}

function orderOf(
  { options, pool }: HetznerSite,
  plan: Plan,
  { type, location }: Candidate,
  { name, userData }: AgentDeployment,
): ServerOrder {
  const { publicIpv4Enable: ipv4, publicIpv6Enable: ipv6 } = options
  return {
    name,
    server_type: type,
    image: plan.image,
    labels: labelsOf(pool, name, plan.image, options.labels),
    public_net: { enable_ipv4: ipv4, enable_ipv6: ipv6 },
    ...(userData === '' ? {} : { user_data: userData }),
    ...(location === undefined ? {} : { location }),
    ...(plan.sshKeys.length === 0 ? {} : { ssh_keys: plan.sshKeys }),
    ...(plan.networks.length === 0 ? {} : { networks: plan.networks }),
    ...(plan.firewalls.length === 0 ? {} : { firewalls: plan.firewalls.map((firewall) => ({ firewall })) }),
    ...(plan.placementGroup === undefined ? {} : { placement_group: plan.placementGroup }),
  }
}
