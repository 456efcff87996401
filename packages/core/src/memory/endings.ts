import { agentsById, taskIds } from '../evidence/lists.ts'
import type { AgentId } from '../model/agent.ts'
import type { Memory, QuickFailures, SeenRunning } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import type { TaskEnding } from '../ports/ci-server.ts'

/** A task that fails so soon has hardly begun: a clone that fails, a disk that is full. */
const QUICK_FAILURE_MS = 20_000
/** A task that is seen to run for longer is none of those, whatever becomes of it. */
const RUNS_WELL_MS = 45_000
/** So many are asked about after one look: each may cost the server a read of its database. */
const ASKED_AT_MOST = 20

/** Tasks that have left the queue since the last look, and ran for seconds only, or were never seen to run. */
export function leftSoon(memory: Memory, queue: readonly Task[], takenAt: number): readonly string[] {
  const there = taskIds(queue)
  const ran = [...memory.runningSince].filter(([, { sinceAt }]) => takenAt - sinceAt <= RUNS_WELL_MS)
  const left = [...ran.map(([id]) => id), ...memory.pendingSince.keys()].filter((id) => !there.has(id))
  return [...new Set(left)].slice(0, ASKED_AT_MOST)
}

/** Who fails at once, and who does well. */
export function observeEndings(
  memory: Memory,
  { agents, queue, endings = [], takenAt }: Snapshot,
): Pick<Memory, 'runningSince' | 'quickFailures' | 'didWellAt'> {
  if (!agents.ok || !queue.ok) {
    const { runningSince, didWellAt } = memory
    // What goes well meanwhile nobody sees.
    return { runningSince, quickFailures: new Map(), didWellAt }
  }
  const runningSince = new Map<string, SeenRunning>()
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
    const sinceAt = memory.runningSince.get(id)?.sinceAt ?? takenAt
    runningSince.set(id, { sinceAt, agentId })
    if (agentId !== undefined && takenAt - sinceAt > RUNS_WELL_MS) doesWell(agentId)
  }
  for (const ending of endings) {
    const { agentId } = ending
    if (isQuickFailure(ending)) quickFailures.set(agentId, oneMore(quickFailures.get(agentId), takenAt))
  }
  // In which order tasks ended between two looks nobody knows: what went well counts as the last.
  for (const ending of endings) if (!isQuickFailure(ending)) doesWell(ending.agentId)
  if (quickFailures.size > 0) forgetDoubtful(quickFailures, memory, queue.value.tasks, endings)
  // One that is gone did well all the same; what is long ago says nothing any more.
  for (const [id, at] of memory.didWellAt) if (takenAt - at <= REMEMBERED_MS) didWell(id, at)
  if (quickFailures.size > 0) {
    const there = agentsById(agents.value.agents)
    for (const id of quickFailures.keys()) if (!there.has(id)) quickFailures.delete(id)
  }
  return { runningSince, quickFailures, didWellAt }
}

function isQuickFailure({ failed, ranMs }: TaskEnding): boolean {
  return failed && ranMs <= QUICK_FAILURE_MS
}

/** A task that left, and of which nobody has said what became of it, may have gone well: no row goes on over it. */
function forgetDoubtful(
  quickFailures: Map<AgentId, QuickFailures>,
  memory: Memory,
  queue: readonly Task[],
  endings: readonly TaskEnding[],
): void {
  const there = taskIds(queue)
  const known = new Set(endings.map(({ taskId }) => taskId))
  const isDoubtful = (id: string): boolean => !there.has(id) && !known.has(id)
  for (const [id, { agentId }] of memory.runningSince)
    if (agentId !== undefined && isDoubtful(id)) quickFailures.delete(agentId)
  for (const id of memory.pendingSince.keys()) if (isDoubtful(id)) quickFailures.clear()
}

const REMEMBERED_MS = 60 * 60_000
/** Of whichever agent it is asked whether another did well: the last other one is among the last two. */
const DID_WELL_AT_MOST = 2

function oneMore(before: QuickFailures | undefined, takenAt: number): QuickFailures {
  return { inARow: (before?.inARow ?? 0) + 1, sinceAt: before?.sinceAt ?? takenAt }
}
