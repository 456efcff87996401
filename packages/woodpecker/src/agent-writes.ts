import {
  type Agent,
  type CallOptions,
  type Deletion,
  OutsideError,
  Transient,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { agentOf, wireId } from './agent-record.ts'
import type { Endpoints } from './endpoints.ts'

/**
 * Sets whether it gets new tasks, and reads it back. The server's heartbeat writes the whole row, from a read
 * that may be older than our write; then the answer is the row as it is by now, not as it was written. Else
 * it is the written one, whose `updatedAt` is the moment of the write.
 */
export async function setCordon(
  endpoints: Endpoints,
  agent: Agent,
  cordoned: boolean,
  call: CallOptions,
): Promise<Agent | undefined> {
  const id = wireId(agent.id)
  // Both fields, always: one that is left out is blanked.
  const written = await endpoints.updateAgent(id, { name: agent.name, no_schedule: cordoned }, call)
  if (!written) return undefined
  if (written.value.id !== id) {
    throw new UnexpectedAnswer(`PATCH /api/agents/${id}: agent ${written.value.id} came back`, {
      mayHaveActed: true,
    })
  }
  const readBack = await endpoints.agent(id, call)
  if (!readBack) return undefined
  const stayed = readBack.value.no_schedule === cordoned && readBack.value.name === agent.name
  return agentOf(stayed ? written.value : readBack.value)
}

/** Deletes the record; where the answer was lost, the record itself tells. */
export async function deleteAgent(endpoints: Endpoints, agent: Agent, call: CallOptions): Promise<Deletion> {
  const id = wireId(agent.id)
  try {
    return await endpoints.deleteAgent(id, call)
  } catch (thrown) {
    if (!(thrown instanceof OutsideError) || !thrown.mayHaveActed) throw thrown
    const left = await endpoints.agent(id, call).catch(() => 'unknown' as const)
    if (left === undefined) return 'deleted'
    throw new Transient(thrown.message, { cause: thrown, mayHaveActed: true })
  }
}
