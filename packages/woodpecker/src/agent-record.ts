import type { Agent, AgentOffer, Labels } from '@woodpeckers/autoscaler-core'
import type { WireAgent } from './schemas.ts'

/** `org_id` of an agent that works for every organisation. */
const GLOBAL = -1
/** `owner_id` of an agent that no user created. */
const NOBODY = -1

/** The server's record in our words; the agent's token stays behind. */
export function agentOf(wire: WireAgent): Agent {
  return {
    id: String(wire.id),
    name: wire.name,
    createdAt: wire.created * 1000,
    updatedAt: wire.updated * 1000,
    lastContactAt: momentOf(wire.last_contact),
    lastWorkAt: momentOf(wire.last_work),
    cordoned: wire.no_schedule,
    capacity: wire.capacity,
    labels: wire.last_contact > 0 ? labelsOf(wire) : undefined,
    version: wire.version,
    registeredItself: isSelfRegistered(wire),
  }
}

/** Registered with the secret that all agents share: the server made the record, and no user owns it. */
export function isSelfRegistered({ owner_id }: Pick<WireAgent, 'owner_id'>): boolean {
  return owner_id === NOBODY
}

/** Unix seconds as epoch milliseconds; 0 = never. */
function momentOf(seconds: number): number | undefined {
  return seconds === 0 ? undefined : seconds * 1000
}

/**
 * What the server matches tasks with: labels of its own, those of WOODPECKER_AGENT_LABELS over them, and
 * `org-id` by force. The record does not show the host name; we start agents with their name as that.
 */
function labelsOf(wire: WireAgent): Labels {
  return {
    hostname: wire.name,
    platform: wire.platform,
    backend: wire.backend,
    repo: '*',
    ...wire.custom_labels,
    'org-id': orgLabel(wire.org_id),
  }
}

/** The same for an agent that is still to be made; its host name is nobody's guess yet. */
export function offerOf({ platform, backend, labels, scope }: AgentOffer): Labels {
  return { platform, backend, repo: '*', ...labels, 'org-id': orgLabel(orgIdOf(scope)) }
}

/** The organisation that an agent's scope stands for. */
export function orgIdOf(scope: string | undefined): number {
  return scope === undefined ? GLOBAL : Number(scope)
}

function orgLabel(orgId: number): string {
  return orgId === GLOBAL ? '*' : String(orgId)
}

/** The id in the server's own form. */
export function wireId(id: string): number {
  return Number(id)
}
