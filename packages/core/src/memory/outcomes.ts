import type { Agent, AgentId } from '../model/agent.ts'
import type { AgentHistory, BackOff, Memory } from '../model/memory.ts'
import type { Outcome } from '../model/report.ts'
import type { OutsideError } from '../ports/errors.ts'
import type { Random } from '../ports/random.ts'

const FIRST_BACK_OFF_MS = 5_000
const LONGEST_BACK_OFF_MS = 5 * 60_000
const QUOTA_PAUSE_MS = 5 * 60_000
const SOLD_OUT_PAUSE_MS = 30_000
const AUTH_RETRY_MS = 60_000
const FIRST_SOLD_OUT_MS = 60_000
const LONGEST_SOLD_OUT_MS = 10 * 60_000

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
    case 'park':
      return result === 'done'
        ? editHistory(memory, action.agent, (history) => ({ ...history, drain: undefined, parkedAt: at }))
        : memory
    case 'start':
      return recordStart(memory, outcome)
    case 'uncordon':
      return recordCallBack(memory, action.agent, result, at)
    case 'terminate':
    case 'forget':
      return recordRemoval(memory, outcome, random)
    default:
      return action satisfies never
  }
}

function recordLaunch(memory: Memory, outcome: Outcome, random: Random): Memory {
  const { action, name, error, at } = outcome
  const mayAppear = outcome.result === 'done' || error?.mayHaveActed === true
  return {
    ...withRemovedName(memory, outcome),
    backOff: afterTry(memory.backOff, action.pool, outcome, random),
    launchEndedAt: mayAppear ? new Map(memory.launchEndedAt).set(name, at) : memory.launchEndedAt,
    soldOut: withSoldOut(memory, outcome),
  }
}

/** Sold-out offerings are left alone for a minute, then for two, up to ten; one that was got is as good as new. */
function withSoldOut(memory: Memory, { action, at, offering, soldOut = [] }: Outcome): Memory['soldOut'] {
  if (offering === undefined && soldOut.length === 0) return memory.soldOut
  const ofPool = new Map(memory.soldOut.get(action.pool))
  for (const id of soldOut) {
    const times = (ofPool.get(id)?.times ?? 0) + 1
    ofPool.set(id, {
      times,
      untilAt: at + Math.min(FIRST_SOLD_OUT_MS * 2 ** (times - 1), LONGEST_SOLD_OUT_MS),
    })
  }
  if (offering !== undefined) ofPool.delete(offering)
  return new Map(memory.soldOut).set(action.pool, ofPool)
}

/** Its boot begins now; one that could not be started is left alone for a while, as one that could not be uncordoned. */
function recordStart(memory: Memory, { action, name, result, at, error }: Outcome): Memory {
  if (action.kind !== 'start') return memory
  const started = result === 'done' || error?.mayHaveActed === true
  const after = recordCallBack(memory, action.agent, result, at)
  return started ? { ...after, launchEndedAt: new Map(after.launchEndedAt).set(name, at) } : after
}

/** It takes tasks again, so its idle time begins anew; or it could not be called back, and another is found. */
function recordCallBack(memory: Memory, agent: Agent, result: Outcome['result'], at: number): Memory {
  return editHistory(memory, agent, (history) =>
    result === 'done'
      ? {
          ...history,
          drain: undefined,
          uncordonedAt: at,
          uncordonFailedAt: undefined,
          parkedAt: undefined,
          freeSince: undefined,
        }
      : { ...history, uncordonFailedAt: at },
  )
}

function recordRemoval(memory: Memory, outcome: Outcome, random: Random): Memory {
  const { name } = outcome
  return {
    ...withRemovedName(memory, outcome),
    removalBackOff: afterTry(memory.removalBackOff, name, outcome, random),
  }
}

/** Also when it failed half-way: the absence of the record is our doing. */
function withRemovedName(memory: Memory, { action, result, name, recordDeleted }: Outcome): Memory {
  const removed =
    recordDeleted || (result === 'done' && (action.kind === 'terminate' || action.because === 'zombie'))
  return removed ? { ...memory, removedNames: new Set([...memory.removedNames, name]) } : memory
}

/**
 * Success forgives what failed before it began, and nothing newer; of several tries that were under way
 * together and failed, only one counts.
 */
function afterTry<Key>(
  backOffs: ReadonlyMap<Key, BackOff>,
  key: Key,
  { result, error, at, tookMs }: Outcome,
  random: Random,
): ReadonlyMap<Key, BackOff> {
  const before = backOffs.get(key)
  const begunAt = at - tookMs
  const isNewTry = before === undefined || begunAt > before.sinceAt
  const after = new Map(backOffs)
  if (result === 'done' && isNewTry) after.delete(key)
  else if (error) after.set(key, nextBackOff(before, isNewTry, error, at, random))
  return after
}

function nextBackOff(
  before: BackOff | undefined,
  isNewTry: boolean,
  error: OutsideError,
  at: number,
  random: Random,
): BackOff {
  const failures = (before?.failures ?? 0) + (isNewTry ? 1 : 0)
  return {
    sinceAt: isNewTry ? at : (before?.sinceAt ?? at),
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
