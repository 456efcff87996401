import { taskIds } from '../evidence/lists.ts'
import type { AgentId } from '../model/agent.ts'
import type { Memory, QuickFailures } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'

/** A task that fails so soon has hardly begun: a clone that fails, a disk that is full. */
const QUICK_FAILURE_MS = 20_000
/** A task that is seen to run for longer is none of those, whatever becomes of it. */
const RUNS_WELL_MS = 45_000
/** So many are asked about after one look: each may cost the server a read of its database. */
const ASKED_AT_MOST = 20

/** Tasks that have left the queue since the last look, and ran for seconds only, or were never seen to run. */
export function leftSoon(memory: Memory, queue: readonly Task[], takenAt: number): readonly string[] {
  const there = taskIds(queue)
  const ran = [...memory.runningSince].filter(([, since]) => takenAt - since <= RUNS_WELL_MS)
  const left = [...ran.map(([id]) => id), ...memory.pendingSince.keys()].filter((id) => !there.has(id))
  return [...new Set(left)].slice(0, ASKED_AT_MOST)
}

/** Who fails at once, and who does well. */
export function observeEndings(
  memory: Memory,
  { agents, queue, endings = [], takenAt }: Snapshot,
): Pick<Memory, 'runningSince' | 'quickFailures' | 'didWellAt'> {
  if (!agents.ok || !queue.ok) {
    const { runningSince, quickFailures, didWellAt } = memory
    return { runningSince, quickFailures, didWellAt }
  }
  const runningSince = new Map<string, number>()
  const quickFailures = new Map(memory.quickFailures)
  const didWellAt = new Map<AgentId, number>()
  const didWell = (id: AgentId, at: number): void => {
    if (didWellAt.size < DID_WELL_AT_MOST && !didWellAt.has(id)) didWellAt.set(id, at)
  }
  const doesWell = (id: AgentId): void => {
    quickFailures.delete(id)
    didWell(id, takenAt)
  }
  for (const { id, state, agentId } of queue.value.tasks) {
    if (state !== 'running') continue
    const since = memory.runningSince.get(id) ?? takenAt
    runningSince.set(id, since)
    if (agentId !== undefined && takenAt - since > RUNS_WELL_MS) doesWell(agentId)
  }
  for (const { agentId, failed, ranMs } of endings) {
    if (!failed || ranMs > QUICK_FAILURE_MS) doesWell(agentId)
    else quickFailures.set(agentId, oneMore(quickFailures.get(agentId), takenAt))
  }
  // One that is gone did well all the same; what is long ago says nothing any more.
  for (const [id, at] of memory.didWellAt) if (takenAt - at <= REMEMBERED_MS) didWell(id, at)
  if (quickFailures.size > 0) {
    const there = new Set(agents.value.agents.map(({ id }) => id))
    for (const id of quickFailures.keys()) if (!there.has(id)) quickFailures.delete(id)
  }
  return { runningSince, quickFailures, didWellAt }
}

const REMEMBERED_MS = 60 * 60_000
/** Of whichever agent it is asked whether another did well: the last other one is among the last two. */
const DID_WELL_AT_MOST = 2

function oneMore(before: QuickFailures | undefined, takenAt: number): QuickFailures {
  return { inARow: (before?.inARow ?? 0) + 1, sinceAt: before?.sinceAt ?? takenAt }
}
