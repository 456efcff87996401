import type { BackOff } from '../model/memory.ts'
import type { Outcome } from '../model/report.ts'
import type { OutsideError } from '../ports/errors.ts'
import type { Random } from '../ports/random.ts'

const FIRST_MS = 5_000
const LONGEST_MS: Readonly<Record<'server' | 'other', number>> = {
  /** The server serves everybody, and is read every tick: its return shall not be missed for long. */
  server: 60_000,
  other: 5 * 60_000,
}
const QUOTA_PAUSE_MS = 5 * 60_000
/** Capacity comes back within seconds, or in an hour. */
const LONGEST_SOLD_OUT_MS = 30_000
const AUTH_RETRY_MS = 60_000

/** What came of one more try with one of several things that are remembered alike. */
export function afterTry<Key>(
  backOffs: ReadonlyMap<Key, BackOff>,
  key: Key,
  outcome: Outcome,
  random: Random,
): ReadonlyMap<Key, BackOff> {
  const before = backOffs.get(key)
  const next = nextBackOff(before, outcome, random, 'other')
  if (next === before) return backOffs
  const after = new Map(backOffs)
  if (next) after.set(key, next)
  else after.delete(key)
  return after
}

/**
 * Success forgives what failed before it began, and nothing newer; of several tries that were under way
 * together and failed, only one counts.
 */
export function nextBackOff(
  before: BackOff | undefined,
  { result, error, at, tookMs }: Pick<Outcome, 'result' | 'error' | 'at' | 'tookMs'>,
  random: Random,
  whose: 'server' | 'other',
): BackOff | undefined {
  const begunAt = at - tookMs
  const isNewTry = before === undefined || begunAt > before.sinceAt
  if (result === 'done') return isNewTry ? undefined : before
  if (!error) return before
  const failures = (before?.failures ?? 0) + (isNewTry ? 1 : 0)
  return {
    sinceAt: isNewTry ? at : before.sinceAt,
    failures,
    why: error.message,
    kind: error.kind,
    untilAt: Math.max(before?.untilAt ?? 0, at + pauseMs(error, failures, LONGEST_MS[whose], random)),
  }
}

/** Chance is in all of it, so that several processes, and the pools of one, do not come back at the same moment. */
function pauseMs(error: OutsideError, failures: number, longestMs: number, random: Random): number {
  switch (error.kind) {
    case 'quota-exceeded':
      return atLeast(QUOTA_PAUSE_MS, random)
    case 'offering-unavailable':
      return atLeast(Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_SOLD_OUT_MS), random)
    case 'auth':
      return atLeast(AUTH_RETRY_MS, random)
    case 'rate-limited':
      if ('retryAfterMs' in error && typeof error.retryAfterMs === 'number')
        return atLeast(error.retryAfterMs, random)
      break
    case 'transient':
    case 'unexpected-answer':
    case 'rejected':
    case 'queue-needs-agent':
    case 'unsupported':
      break
    default:
      error.kind satisfies never
  }
  const full = Math.min(FIRST_MS * 2 ** (failures - 1), longestMs)
  return full * (0.5 + random() / 2)
}

/** Up to a fifth more than what was asked for, and never less. */
export function atLeast(ms: number, random: Random): number {
  return ms * (1 + random() / 5)
}
