import type { AgentId, AgentInspection, CallOptions } from '@woodpeckers/autoscaler-core'
import { agentOf, wireId } from './agent-record.ts'
import type { Endpoints } from './endpoints.ts'

/** The record first, its tasks last: what is true last counts. Empty after a restart of the server, too. */
export async function inspectAgent(
  endpoints: Endpoints,
  id: AgentId,
  call: CallOptions,
): Promise<AgentInspection | undefined> {
  const record = await endpoints.agent(wireId(id), call)
  if (!record) return undefined
  const tasks = await endpoints.agentTasks(wireId(id), call)
  if (!tasks) return undefined
  return {
    agent: agentOf(record.value),
    serverNowAt: record.serverNowAt,
    busy: (tasks.value ?? []).length > 0,
  }
}
