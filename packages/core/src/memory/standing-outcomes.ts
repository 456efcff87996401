import type { Memory } from '../model/memory.ts'
import type { Outcome } from '../model/report.ts'

const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 10 * 60_000

/**
 * What came of starting or stopping a machine that was made by hand. After what came to nothing it is left
 * alone for a minute, then for two, up to ten. A start is proven by its agent's contact only; where nobody
 * knows the agent, by the cloud's word.
 */
export function recordStanding(memory: Memory, { action, result, error, at }: Outcome): Memory {
  if ((action.kind !== 'start' && action.kind !== 'park') || action.standing === undefined) return memory
  const id = action.standing
  if (result === 'failed') return withFailure(memory, id, at, error?.message ?? 'it failed')
  if (result !== 'done') return memory
  if (action.kind === 'start' && !action.agent) {
    const forgiven = new Map(memory.standingBackOff)
    forgiven.delete(id)
    return { ...memory, standingBackOff: forgiven }
  }
  if (action.because === 'silent')
    return withFailure(memory, id, at, 'its agent was not in contact when it ran')
  if (action.because === 'hangs') return withFailure(memory, id, at, 'it hung while it stopped')
  return memory
}

function withFailure(memory: Memory, id: string, at: number, why: string): Memory {
  const failures = (memory.standingBackOff.get(id)?.failures ?? 0) + 1
  const untilAt = at + Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  return { ...memory, standingBackOff: new Map(memory.standingBackOff).set(id, { untilAt, failures, why }) }
}
