import type { Outcome } from '../engine/autoscaler.ts'
import type { Agent, AgentId } from '../model/agent.ts'
import type { OutsideError } from '../ports/errors.ts'
import type { Random } from '../ports/random.ts'
import type { AgentHistory, BackOff, Memory } from './memory.ts'

const FIRST_BACK_OFF_MS = 5_000
const LONGEST_BACK_OFF_MS = 5 * 60_000
const QUOTA_PAUSE_MS = 5 * 60_000
const SOLD_OUT_PAUSE_MS = 30_000
const AUTH_RETRY_MS = 60_000

/** The memory with what came of an action. */
export function recordOutcome(memory: Memory, outcome: Outcome, random: Random): Memory {
  const { action, result, at } = outcome
  switch (action.kind) {
    case 'launch':
      return recordLaunch(memory, outcome, random)
    case 'cordon':
      return result === 'done' && outcome.agent
        ? recordCordon(memory, outcome.agent, action.round, at)
        : memory
    case 'uncordon':
      return result === 'done'
        ? editHistory(memory, action.agent, (history) => ({
            ...history,
            drain: undefined,
            uncordonedAt: at,
            freeSince: undefined,
          }))
        : memory
    case 'terminate':
    case 'forget':
      // Also when it failed half-way: the absence of the record is our doing.
      return result === 'done' || outcome.recordDeleted
        ? { ...memory, removedNames: new Set([...memory.removedNames, outcome.name]) }
        : memory
    default:
      return action satisfies never
  }
}

function recordLaunch(memory: Memory, { action, result, error, at }: Outcome, random: Random): Memory {
  const backOff = new Map(memory.backOff)
  if (result === 'done') backOff.delete(action.pool)
  else if (error) backOff.set(action.pool, nextBackOff(backOff.get(action.pool), error, at, random))
  return { ...memory, backOff }
}

function nextBackOff(before: BackOff | undefined, error: OutsideError, at: number, random: Random): BackOff {
  const failures = (before?.failures ?? 0) + 1
  return {
    failures,
    why: error.message,
    untilAt: Math.max(before?.untilAt ?? 0, at + pauseMs(error, failures, random)),
  }
}

function pauseMs(error: OutsideError, failures: number, random: Random): number {
  switch (error.kind) {
    case 'quota-exceeded':
      return QUOTA_PAUSE_MS
    case 'offering-unavailable':
      return SOLD_OUT_PAUSE_MS
    case 'auth':
      return AUTH_RETRY_MS
    case 'rate-limited':
      if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number') return error.retryAfterMs
      break
    case 'transient':
    case 'unexpected-answer':
    case 'rejected':
    case 'queue-needs-agent':
      break
    default:
      error.kind satisfies never
  }
  const full = Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), LONGEST_BACK_OFF_MS)
  // Half of it is chance, so that several processes do not come back at the same moment.
  return full * (0.5 + random() / 2)
}

function recordCordon(memory: Memory, written: Agent, round: 'first' | 'again', at: number): Memory {
  return editHistory(memory, written, (history) => {
    if (round === 'again' && history.drain) {
      return { ...history, drain: { ...history.drain, cordonedAgainAt: at, seenIdleAt: undefined } }
    }
    return {
      ...history,
      freeSince: undefined,
      drain: {
        cordonedAt: at,
        cordonedAtServer: written.updatedAt,
        cordonedAgainAt: undefined,
        seenIdleAt: undefined,
      },
    }
  })
}

function editHistory(
  memory: Memory,
  agent: { readonly id: AgentId; readonly createdAt: number },
  edit: (history: AgentHistory) => AgentHistory,
): Memory {
  const history = memory.agents.get(agent.id)
  if (!history || history.createdAt !== agent.createdAt) return memory
  return { ...memory, agents: new Map(memory.agents).set(agent.id, edit(history)) }
}
