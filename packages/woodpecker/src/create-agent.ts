import {
  asOutsideError,
  type CallOptions,
  type CreatedAgent,
  type Log,
  type NewAgent,
  Transient,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { type AgentServer, agentEnvironment } from './agent-environment.ts'
import { agentImage } from './agent-image.ts'
import type { ReadAgentList } from './agent-list.ts'
import { agentOf, isSelfRegistered, orgIdOf } from './agent-record.ts'
import type { Endpoints } from './endpoints.ts'
import type { NamesSeen } from './names-seen.ts'
import type { WireAgent } from './schemas.ts'
import { OldAnswer, refuseOldVersion } from './supported-version.ts'

export interface CreateAgentParts {
  readonly endpoints: Endpoints
  readonly readList: ReadAgentList
  readonly names: NamesSeen
  readonly server: AgentServer
  readonly log: Log
}

/**
 * Makes the record of an agent, or finds the one that an earlier call made. Names need not be unique at the
 * server, so where one may exist already, it is looked up before another is made.
 */
export async function createAgent(
  parts: CreateAgentParts,
  agent: NewAgent,
  call: CallOptions,
): Promise<CreatedAgent> {
  // Before anything is made: it refuses labels that cannot be said.
  agentEnvironment(parts.server, agent, '')
  const image = await imageOf(parts.endpoints, agent, call)
  const mayExist = parts.names.mayExist(agent.name)
  const record = (mayExist && (await lookUp(parts, agent, call))) || (await post(parts, agent, call))
  parts.names.add(agent.name)
  if (agent.scope !== undefined && record.org_id !== orgIdOf(agent.scope)) {
    throw new UnexpectedAnswer(
      `POST /api/orgs/${agent.scope}/agents: agent ${record.id} came back, which is of ${record.org_id}`,
      { mayHaveActed: true },
    )
  }
  if (!record.token) throw await withoutToken(parts, record, call)
  return { agent: agentOf(record), environment: agentEnvironment(parts.server, agent, record.token), image }
}

/**
 * Servers after 3.17 show an agent's token once, when they make it. Where that answer was lost, nobody can ever
 * connect as this record: it is taken back, so that another can be made.
 */
async function withoutToken(
  parts: CreateAgentParts,
  { id, name, last_contact }: WireAgent,
  call: CallOptions,
): Promise<Transient> {
  const why = `the answer with the token of ${name} was lost, and the server does not show it again`
  // One that was in contact is in somebody's use.
  if (last_contact > 0) return new Transient(why, { mayHaveActed: true })
  return (await takeBack(parts, name, id, call))
    ? new Transient(`${why}: its record was taken back`)
    : new Transient(why, { mayHaveActed: true })
}

/** Deletes a record of which no agent can make use. */
async function takeBack(
  { endpoints, names, log }: CreateAgentParts,
  name: string,
  id: number | undefined,
  call: CallOptions,
): Promise<boolean> {
  try {
    if (id === undefined || (await endpoints.deleteAgent(id, call)) === 'busy') return false
    names.remove(name)
    return true
  } catch (thrown) {
    log.warn({ agent: name, error: asOutsideError(thrown).message }, 'its record could not be deleted')
    return false
  }
}

/** Never a second POST: if it is not sure what the first one did, the name is looked up. */
async function post(parts: CreateAgentParts, agent: NewAgent, call: CallOptions): Promise<WireAgent> {
  const { endpoints, names, log } = parts
  const { name, cordoned = false, scope } = agent
  names.add(name)
  try {
    const settings = { name, no_schedule: cordoned }
    const { value } = await (scope === undefined
      ? endpoints.createAgent(settings, call)
      : endpoints.createOrganisationsAgent(orgIdOf(scope), settings, call))
    return value
  } catch (thrown) {
    const failure = asOutsideError(thrown)
    if (!failure.mayHaveActed) {
      names.remove(name)
      throw failure
    }
    if (failure instanceof OldAnswer) {
      await takeBack(parts, name, failure.agentId, call)
      throw failure
    }
    log.warn(
      { agent: name, error: failure.message },
      'whether the record was made is not sure: looking it up',
    )
    const found = await lookUp(parts, agent, call).catch(() => undefined)
    if (found) return found
    throw new Transient(failure.message, { cause: failure, mayHaveActed: true })
  }
}

/**
 * The record with this name, for this organisation or for all: the newest, if there are several. One that registered
 * itself is another agent's, and its token is the secret that all agents share.
 */
async function lookUp(
  parts: CreateAgentParts,
  { name, scope }: NewAgent,
  call: CallOptions,
): Promise<WireAgent | undefined> {
  const { agents } = await parts.readList(call)
  return agents.findLast(
    (agent) => agent.name === name && agent.org_id === orgIdOf(scope) && !isSelfRegistered(agent),
  )
}

/** The image, for a server that is new enough as far as it says. Where an image is set, its version may stay unknown. */
async function imageOf(endpoints: Endpoints, { image }: NewAgent, call: CallOptions): Promise<string> {
  const seen = endpoints.versionSeen()
  refuseOldVersion(seen)
  try {
    const version = seen ?? (await endpoints.version(call))
    return image ?? agentImage(version)
  } catch (thrown) {
    if (image === undefined || asOutsideError(thrown).kind === 'unsupported') throw thrown
    return image
  }
}
