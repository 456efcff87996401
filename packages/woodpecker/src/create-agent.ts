import {
  asOutsideError,
  type CallOptions,
  type CreatedAgent,
  type Log,
  type NewAgent,
  Transient,
} from '@woodpeckers/autoscaler-core'
import { type AgentServer, agentEnvironment } from './agent-environment.ts'
import { agentImage } from './agent-image.ts'
import type { ReadAgentList } from './agent-list.ts'
import { agentOf } from './agent-record.ts'
import type { Endpoints } from './endpoints.ts'
import type { NamesSeen } from './names-seen.ts'
import type { WireAgent } from './schemas.ts'

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
  const image = agent.image ?? agentImage(await versionOf(parts.endpoints, call))
  const mayExist = parts.names.mayExist(agent.name)
  const record = (mayExist && (await lookUp(parts, agent.name, call))) || (await post(parts, agent, call))
  parts.names.add(agent.name)
  return { agent: agentOf(record), environment: agentEnvironment(parts.server, agent, record.token), image }
}

/** Never a second POST: if it is not sure what the first one did, the name is looked up. */
async function post(
  parts: CreateAgentParts,
  { name, cordoned = false }: NewAgent,
  call: CallOptions,
): Promise<WireAgent> {
  const { endpoints, names, log } = parts
  names.add(name)
  try {
    const { value } = await endpoints.createAgent({ name, no_schedule: cordoned }, call)
    return value
  } catch (thrown) {
    const failure = asOutsideError(thrown)
    if (!failure.mayHaveActed) {
      names.remove(name)
      throw failure
    }
    log.warn(
      { agent: name, error: failure.message },
      'whether the record was made is not sure: looking it up',
    )
    const found = await lookUp(parts, name, call).catch(() => undefined)
    if (found) return found
    throw new Transient(failure.message, { cause: failure, mayHaveActed: true })
  }
}

/** The record with this name: the newest, if there are several. */
async function lookUp(
  parts: CreateAgentParts,
  name: string,
  call: CallOptions,
): Promise<WireAgent | undefined> {
  const { agents } = await parts.readList(call)
  return agents.findLast((agent) => agent.name === name)
}

async function versionOf(endpoints: Endpoints, call: CallOptions): Promise<string> {
  return endpoints.versionSeen() ?? (await endpoints.version(call))
}
