import type { Agent, AgentId } from '../model/agent.ts'
import type { AgentHistory } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { contactAgeMs } from './contact.ts'
import { oncePer } from './once-per.ts'
import { PROOF_OF_REST_MS } from './timings.ts'

/** Whether anything that was read speaks of work of one agent. */
export type WorkEvidence =
  | { readonly kind: 'none' }
  | { readonly kind: 'works'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

type ContactHistory = Pick<AgentHistory, 'contactUnbrokenSince'>

/** The queue by agent. */
export interface WorkIndex {
  readonly runningByAgent: ReadonlyMap<AgentId, number>
  /** A running task of the agent, or a pending one that still carries its id. */
  readonly taskByAgent: ReadonlyMap<AgentId, Task>
  /** Agents whose work the server has given up: it is pending again. */
  readonly losers: ReadonlySet<AgentId>
}

export const indexWork: (snapshot: Snapshot) => WorkIndex = oncePer(({ queue }) => {
  const runningByAgent = new Map<AgentId, number>()
  const taskByAgent = new Map<AgentId, Task>()
  const losers = new Set<AgentId>()
  for (const task of queue.ok ? queue.value.tasks : []) {
    if (task.agentId === undefined) continue
    if (task.state === 'running')
      runningByAgent.set(task.agentId, (runningByAgent.get(task.agentId) ?? 0) + 1)
    if (task.state === 'pending') losers.add(task.agentId)
    taskByAgent.set(task.agentId, task)
  }
  return { runningByAgent, taskByAgent, losers }
})

/** All evidence for or against an agent's being at work. What could not be read is unknown, not none. */
export function findWork(
  agent: Agent,
  history: ContactHistory | undefined,
  snapshot: Snapshot,
  index: WorkIndex,
): WorkEvidence {
  const { queue, work } = snapshot
  if (!queue.ok) return { kind: 'unknown', why: 'the queue cannot be read' }
  const task = index.taskByAgent.get(agent.id)
  if (task) {
    const how = task.state === 'running' ? 'runs' : 'was given, and may still work on,'
    return { kind: 'works', why: `it ${how} ${task.title}` }
  }
  if (isProvenAtRest(agent, history, snapshot)) return { kind: 'none' }
  if (work === undefined) return { kind: 'unknown', why: 'the database was not asked' }
  if (!work.ok) return { kind: 'unknown', why: 'the database cannot be asked which work it has' }
  if (work.value.workingAgentIds.has(agent.id)) {
    return { kind: 'works', why: 'the database has a workflow of it that has not ended' }
  }
  return { kind: 'none' }
}

/**
 * A working agent stamps its work at least once a minute, even when the server has forgotten the work. A
 * stamp that stays untouched for three minutes, under contact that never broke, proves that it rests: also
 * where the database holds a lost workflow as running for ever.
 */
export function isProvenAtRest(
  agent: Agent,
  history: ContactHistory | undefined,
  { agents, takenAt }: Snapshot,
): boolean {
  if (!agents.ok || history?.contactUnbrokenSince === undefined) return false
  const { serverNowAt } = agents.value
  const contactAge = contactAgeMs(agent, { takenAt, serverNowAt })
  if (contactAge === undefined || takenAt - history.contactUnbrokenSince < PROOF_OF_REST_MS) return false
  return agent.lastWorkAt === undefined || serverNowAt - agent.lastWorkAt >= PROOF_OF_REST_MS
}
