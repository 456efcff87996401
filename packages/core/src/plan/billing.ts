import { DRAIN_TAKES_MS } from '../evidence/timings.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Member } from './members.ts'

const HOUR_MS = 3_600_000

/** What becomes idle later than this is not gone before the next hour begins. */
export function teardownMarginMs({ billingTeardownMarginMs }: PoolPolicy): number {
  return Math.max(billingTeardownMarginMs, 2 * DRAIN_TAKES_MS)
}

/** When the time comes to end idle machines before their next paid hour. */
export function hourEnds(members: readonly Member[], takenAt: number): readonly number[] {
  return members.flatMap((member) => {
    const leftMs = member.state === 'idle' ? untilPaidHourEndsMs(member, takenAt) : undefined
    const waitMs = (leftMs ?? 0) - teardownMarginMs(member.pool)
    return leftMs !== undefined && waitMs > 0 ? [takenAt + waitMs] : []
  })
}

/**
 * How much is left of the hour that is paid already; `undefined` where time is not sold by the hour, or
 * nobody knows when the cloud made the machine (a record's age is not a machine's).
 */
export function untilPaidHourEndsMs({ pool, machine }: Member, takenAt: number): number | undefined {
  if (pool.billing !== 'hour' || machine?.createdAt === undefined) return undefined
  const paidMs = Math.max(0, takenAt - machine.createdAt) % HOUR_MS
  return HOUR_MS - paidMs
}
