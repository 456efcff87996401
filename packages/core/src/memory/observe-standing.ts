import { type Clocks, isInContact } from '../evidence/contact.ts'
import { isProvenAtRest } from '../evidence/work.ts'
import type { AgentHistory, Memory } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'

/** What this snapshot adds about machines that were made by hand. `agents`: with what it adds about these. */
export function observeStanding(
  memory: Memory,
  agents: Memory['agents'],
  snapshot: Snapshot,
): Pick<Memory, 'standingBackOff' | 'quietSince'> {
  return {
    standingBackOff: withoutThoseUp(memory, snapshot),
    quietSince: isQuiet(agents, snapshot) ? (memory.quietSince ?? snapshot.takenAt) : undefined,
  }
}

/** One whose agent is up, and takes tasks, has shown that it can be started. */
function withoutThoseUp(
  { standingBackOff }: Memory,
  { agents, machines, takenAt }: Snapshot,
): Memory['standingBackOff'] {
  if (!agents.ok || standingBackOff.size === 0) return standingBackOff
  const clocks: Clocks = { takenAt, serverNowAt: agents.value.serverNowAt }
  const up = new Set(
    agents.value.agents.filter((agent) => !agent.cordoned && isInContact(agent, clocks)).map(({ id }) => id),
  )
  const left = new Map(standingBackOff)
  for (const reading of machines.values()) {
    for (const { id, state, agentId } of reading.ok ? reading.value.standing : [])
      if (state === 'running' && agentId !== undefined && up.has(agentId)) left.delete(id)
  }
  return left
}

/** The queue is empty, and the database knows of no work but of agents that surely rest, or are gone. */
function isQuiet(histories: ReadonlyMap<string, AgentHistory>, snapshot: Snapshot): boolean {
  const { agents, queue, work } = snapshot
  if (!agents.ok || !queue.ok || !work?.ok || queue.value.tasks.length > 0) return false
  const { workingAgentIds } = work.value
  return !agents.value.agents.some(
    (agent) => workingAgentIds.has(agent.id) && !isProvenAtRest(agent, histories.get(agent.id), snapshot),
  )
}
