import type { Memory, RefusedOffering } from '../model/memory.ts'
import type { OfferingRefusal, Outcome } from '../model/report.ts'
import type { Random } from '../ports/random.ts'
import { atLeast } from './back-off.ts'

const MINUTE_MS = 60_000
/** A refusal of so long ago does not make the next wait longer. */
const FORGOTTEN_AFTER_MS = 2 * 60 * MINUTE_MS

interface Patience {
  /** How many refusals in a row pass before the offering is skipped. */
  readonly freeTries: number
  readonly firstMs: number
  readonly longestMs: number
}

/** `undefined`: it says nothing of the offering. */
function patienceWith({ kind }: OfferingRefusal): Patience | undefined {
  switch (kind) {
    case 'offering-unavailable':
      return { freeTries: 0, firstMs: MINUTE_MS, longestMs: 10 * MINUTE_MS }
    case 'quota-exceeded':
      return { freeTries: 0, firstMs: 5 * MINUTE_MS, longestMs: 10 * MINUTE_MS }
    case 'rejected':
      return { freeTries: 0, firstMs: MINUTE_MS, longestMs: 60 * MINUTE_MS }
    // Rights may be limited to some machine types. Longer than the pool backs off, so that another one is next.
    case 'auth':
      return { freeTries: 0, firstMs: 10 * MINUTE_MS, longestMs: 10 * MINUTE_MS }
    // Most likely the cloud's trouble; when it lasts, it may be that of one type, or a provider's unnamed refusal.
    case 'transient':
    case 'unexpected-answer':
      return { freeTries: 2, firstMs: 10 * MINUTE_MS, longestMs: 10 * MINUTE_MS }
    case 'rate-limited':
    case 'queue-needs-agent':
    case 'unsupported':
      return undefined
    default:
      return kind satisfies never
  }
}

/** Refused offerings are skipped for a while, for longer each time; the one that was accepted is as good as new. */
export function withRefusedOfferings(
  { refusedOfferings }: Pick<Memory, 'refusedOfferings'>,
  { action, at, result, error, offering, refusals = [] }: Outcome,
  random: Random,
): Memory['refusedOfferings'] {
  if (action.kind !== 'launch' || (offering === undefined && refusals.length === 0)) return refusedOfferings
  const ofPool = new Map(refusedOfferings.get(action.pool))
  // A limit that every type meets is the account's: the pool waits for it, and then begins with its first type.
  const isOfAccount =
    result === 'failed' && error?.kind === 'quota-exceeded' && action.machineType === undefined
  for (const refusal of refusals) {
    if (isOfAccount && refusal.kind === 'quota-exceeded') continue
    const next = nextRefusal(ofPool.get(refusal.offering), refusal, at, random)
    if (next) ofPool.set(refusal.offering, next)
  }
  if (offering !== undefined) ofPool.delete(offering)
  return new Map(refusedOfferings).set(action.pool, ofPool)
}

function nextRefusal(
  before: RefusedOffering | undefined,
  refusal: OfferingRefusal,
  at: number,
  random: Random,
): RefusedOffering | undefined {
  const patience = patienceWith(refusal)
  if (!patience) return undefined
  const { kind, why } = refusal
  const isInRow = before?.kind === kind && at - before.untilAt < FORGOTTEN_AFTER_MS
  const times = (isInRow ? before.times : 0) + 1
  const skipped = times - patience.freeTries
  if (skipped <= 0) return { kind, why, times, untilAt: Math.max(before?.untilAt ?? at, at) }
  const fullMs = Math.min(patience.firstMs * 2 ** (skipped - 1), patience.longestMs)
  return { kind, why, times, untilAt: at + atLeast(fullMs, random) }
}
