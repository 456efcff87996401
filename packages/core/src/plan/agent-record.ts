import { type Clocks, isConnected, onOurClock, wasThereAtDisturbance } from '../evidence/contact.ts'
import { SILENT_EXTRA_MS } from '../evidence/timings.ts'
import { findWork, type WorkEvidence, type WorkIndex } from '../evidence/work.ts'
import type { Agent } from '../model/agent.ts'
import type { AgentHistory } from '../model/memory.ts'
import type { PlanInput } from './plan-input.ts'

/** One record of a machine's name, with all that is known of its agent. */
export interface AgentRecord {
  readonly agent: Agent
  readonly history: AgentHistory | undefined
  readonly evidence: WorkEvidence
  readonly running: number
  readonly connected: boolean
  readonly wasThereAtDisturbance: boolean
  /** Out of contact for longer than any pipeline may take: what it lost may stand in the queue, or the database, for ever. */
  readonly isGivenUp: boolean
}

/**
 * All records of one name, the agent to work with first: one in contact before others, one that was created before one
 * that registered itself. The name is all that ties a record to its machine, so each of them may be at work there.
 */
export function describeRecords(
  agents: readonly Agent[],
  input: PlanInput,
  clocks: Clocks,
  index: WorkIndex,
): readonly AgentRecord[] {
  const { memory, caution } = input
  const records = agents.map((agent): AgentRecord => {
    const history = memory.agents.get(agent.id)
    const connected = isConnected(agent, clocks, memory)
    const lastSeenAt = Math.max(onOurClock(agent.lastContactAt ?? 0, clocks), memory.disturbance.at)
    const keptForMs = caution.longestPipelineMs + SILENT_EXTRA_MS
    return {
      agent,
      history,
      evidence: findWork(agent, history, input.snapshot, index),
      running: index.runningByAgent.get(agent.id) ?? 0,
      connected,
      wasThereAtDisturbance: wasThereAtDisturbance(agent, clocks, memory),
      isGivenUp: !connected && clocks.takenAt - lastSeenAt >= keptForMs,
    }
  })
  return records.length < 2 ? records : records.toSorted(byUse)
}

function byUse(a: AgentRecord, b: AgentRecord): number {
  const contact = Number(b.connected) - Number(a.connected)
  if (contact !== 0) return contact
  const ours = Number(a.agent.registeredItself) - Number(b.agent.registeredItself)
  // Of those that are out of contact the last one that was seen says whether the machine lives.
  return a.connected ? ours : (b.agent.lastContactAt ?? 0) - (a.agent.lastContactAt ?? 0) || ours
}

/** What speaks of work of any of them; of a further one it says which. */
export function workOfAll([first, ...further]: readonly AgentRecord[]): WorkEvidence {
  const all = [first?.evidence ?? ({ kind: 'none' } as const), ...further.map(workOfFurther)]
  return (
    all.find(({ kind }) => kind === 'works') ?? all.find(({ kind }) => kind === 'unknown') ?? { kind: 'none' }
  )
}

function workOfFurther({ agent, evidence, isGivenUp }: AgentRecord): WorkEvidence {
  if (evidence.kind === 'none' || isGivenUp) return { kind: 'none' }
  // One that never registered has had no task that anybody would have to ask for.
  if (agent.lastContactAt === undefined && evidence.kind === 'unknown') return { kind: 'none' }
  return { ...evidence, why: `${evidence.why} (agent ${agent.id}, which has the same name)` }
}
