import type { AgentId } from '../model/agent.ts'
import type { AgentHistory, Interference, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'

const HOUR_MS = 60 * 60_000
/** An event of one agent may have another cause: a heartbeat can write an older row over a cordon. */
const PAUSE_MS = 10 * 60_000
/** Two cordons that were lifted within so long are no accident. */
const BELONG_TOGETHER_MS = 2 * HOUR_MS
const REMEMBERED_MS = 3 * HOUR_MS
const EVENTS_REMEMBERED = 200

/**
 * Notices that somebody else lifts a cordon which this process has set to renew a machine. `made`: names that somebody
 * else created right after our start, when it may have been the process before this one.
 */
export function observeInterference(
  memory: Memory,
  snapshot: Snapshot,
  agents: ReadonlyMap<AgentId, AgentHistory>,
  made: ReadonlyMap<string, PoolId>,
  poolOf: (name: string) => PoolId | undefined,
): Pick<Memory, 'interference'> {
  const at = snapshot.takenAt
  const known = new Set(memory.interference.flatMap(({ name, what }) => (what === 'made' ? name : [])))
  const seen: Interference[] = []
  for (const [name, pool] of made) if (!known.has(name)) seen.push({ pool, name, at, what: 'made' })
  for (const { id, name } of snapshot.agents.ok ? snapshot.agents.value.agents : []) {
    const pool = poolOf(name)
    if (pool !== undefined && isLifted(memory, memory.agents.get(id), agents.get(id)))
      seen.push({ pool, name, at, what: 'lifted' })
  }
  const isKept = (each: Interference): boolean => at - each.at < REMEMBERED_MS
  if (seen.length === 0 && memory.interference.every(isKept)) return { interference: memory.interference }
  return { interference: [...memory.interference.filter(isKept), ...seen].slice(-EVENTS_REMEMBERED) }
}

function isLifted(
  { disturbance }: Memory,
  before: AgentHistory | undefined,
  after: AgentHistory | undefined,
): boolean {
  const drain = before?.drain
  if (!drain || !after || after.drain || after.createdAt !== before.createdAt) return false
  if (drain.because !== 'drifted' && drain.because !== 'max-age') return false
  // An uncordon of ours whose answer was lost, or a database that was restored.
  return (before.uncordonFailedAt ?? 0) < drain.cordonedAt && disturbance.at < drain.cordonedAt
}

/** Whether no machine of the pool is to be renewed for a while, as somebody else may be at work on it. */
export function isInterfered({ interference }: Memory, pool: PoolId, takenAt: number): boolean {
  if (interference.some((each) => each.pool === pool && takenAt - each.at < PAUSE_MS)) return true
  return namesLifted({ interference }, pool, takenAt).length > 0
}

/** The agents whose cordons somebody else keeps lifting; none where it may have been an accident. */
export function namesLifted(
  { interference }: Pick<Memory, 'interference'>,
  pool: PoolId,
  takenAt: number,
): readonly string[] {
  const lifted = interference.filter((each) => each.pool === pool && each.what === 'lifted')
  const [before, last] = lifted.slice(-2)
  if (!before || !last) return []
  if (takenAt - last.at >= HOUR_MS || last.at - before.at > BELONG_TOGETHER_MS) return []
  const together = lifted.filter(({ at }) => last.at - at <= BELONG_TOGETHER_MS)
  return [...new Set(together.map(({ name }) => name))]
}
