import { failsEverywhere, type LaunchRecord, mostlyFails, recordLaunches } from '../evidence/launch-record.ts'
import type { JudgedLaunch } from '../model/memory.ts'
import type { Hold } from '../model/plan.ts'
import type { PoolId } from '../model/pool.ts'
import { formatDuration } from '../settings/duration.ts'
import type { PlanInput } from './plan-input.ts'

const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 10 * 60_000

/**
 * Stops launching where more than half of what was launched lately never connected: then the next would not
 * either, and only be paid for. One is tried at a time, ever more rarely; the first that connects frees the way.
 * It stops a pool for what its own machines do; and all together where those of several pools fail, and no
 * pool's connect, so that what is wrong must be common to them. A pool whose launches connect is never stopped.
 */
export class Breaker {
  readonly holds: readonly Hold[]
  readonly #takenAt: number
  readonly #everywhere: LaunchRecord | undefined
  readonly #failing: ReadonlyMap<PoolId, LaunchRecord>
  readonly #withoutFailure: ReadonlySet<PoolId>

  constructor(input: PlanInput) {
    const { snapshot, memory, pools } = input
    const records = recordLaunches(memory)
    this.#takenAt = snapshot.takenAt
    this.#everywhere = failsEverywhere(records) ? records.all : undefined
    this.#failing = new Map([...records.pools].filter(([, record]) => mostlyFails(record)))
    this.#withoutFailure = new Set(
      pools.map(({ id }) => id).filter((id) => (records.pools.get(id)?.failed ?? 0) === 0),
    )
    this.holds = this.#everywhere
      ? [this.#hold(undefined, this.#everywhere)]
      : pools.flatMap(({ id }) => {
          const record = this.#failing.get(id)
          return record ? [this.#hold(id, record)] : []
        })
  }

  /**
   * Why no machine of the pool is launched now; `undefined`: one may be. `pending`: launches of the pool, or
   * with none of all pools, of which nobody knows yet whether they connect.
   */
  refuses(pool: PoolId, pending: (pool?: PoolId) => number): boolean {
    const everywhere = this.#everywhere
    if (everywhere) {
      // One that has nothing to answer for does not wait for the others' turn.
      return pending() > 0 || !(this.#withoutFailure.has(pool) || this.#takenAt >= nextTryAt(everywhere))
    }
    const record = this.#failing.get(pool)
    return record !== undefined && (pending(pool) > 0 || this.#takenAt < nextTryAt(record))
  }

  #hold(pool: PoolId | undefined, record: LaunchRecord): Hold {
    const { failed, connected } = record
    const waitMs = nextTryAt(record) - this.#takenAt
    const next = waitMs > 0 ? `the next in ${formatDuration(waitMs)}` : 'now'
    const reason =
      `${failed} of the last ${failed + connected} launches${pool === undefined ? ' of all pools' : ''} never ` +
      `connected: no more are made, but one at a time to try, ${next}`
    return { kind: 'hold', pool, because: 'never-connect', reason }
  }
}

function nextTryAt({ rounds, lastFailed }: LaunchRecord): number {
  if (!lastFailed) return 0
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (rounds - 1), LONGEST_PAUSE_MS)
  return judgedAt(lastFailed) + pauseMs * (1 + lastFailed.chance / 4)
}

function judgedAt({ judgedAt, at }: JudgedLaunch): number {
  return judgedAt ?? at
}
