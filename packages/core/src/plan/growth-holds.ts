import type { HeldFate } from '../model/fate.ts'
import type { Hold } from '../model/plan.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Refusal } from './launch-permits.ts'
import type { PoolMembers } from './members.ts'

/** Limits are told with what they keep back; what failed, as it was said. */
const LIMITS: ReadonlySet<Refusal['because']> = new Set<Refusal['because']>([
  'at-max',
  'fleet-at-max',
  'hourly-cost',
  'batch',
])

/** What would be of use, and is not made: by pool and cause. */
export class GrowthHolds {
  /** Tasks without an agent, by the pool that would have served them and what kept it from that. */
  readonly #unserved = new Map<PoolPolicy, Map<Refusal['because'], { refusal: Refusal; tasks: number }>>()
  /** Agents that the minimum or the buffer lacks. */
  readonly #lacking = new Map<PoolPolicy, { readonly refusal: Refusal; readonly agents: number }>()

  leaveTask(pool: PoolPolicy, refusal: Refusal): HeldFate {
    const causes = this.#unserved.get(pool) ?? new Map()
    this.#unserved.set(pool, causes)
    const tasks = (causes.get(refusal.because)?.tasks ?? 0) + 1
    causes.set(refusal.because, { refusal, tasks })
    return { kind: 'held', ...refusal, pool: pool.id }
  }

  lack(pool: PoolPolicy, refusal: Refusal, agents: number): void {
    this.#lacking.set(pool, { refusal, agents: (this.#lacking.get(pool)?.agents ?? 0) + agents })
  }

  holds(pools: readonly PoolMembers[]): readonly Hold[] {
    return pools.flatMap(({ pool, known }) => {
      // Where a list could not be read, that is said already.
      if (!known) return []
      const wanted = new Map<Refusal['because'], { refusal: Refusal; agents: number }>()
      for (const [because, { refusal, tasks }] of this.#unserved.get(pool) ?? [])
        wanted.set(because, { refusal, agents: Math.ceil(tasks / pool.workflowsPerAgent) })
      const lacking = this.#lacking.get(pool)
      if (lacking) {
        const { refusal, agents } = lacking
        const forTasks = wanted.get(refusal.because)?.agents ?? 0
        wanted.set(refusal.because, { refusal, agents: Math.max(forTasks, agents) })
      }
      return [...wanted.values()].flatMap(({ refusal, agents }) => holdFor(pool, refusal, agents))
    })
  }
}

function holdFor(pool: PoolPolicy, { because, reason, untilAt }: Refusal, wanted: number): readonly Hold[] {
  // That one is told as long as it lasts, whether something is wanted or not.
  if (because === 'never-connect') return []
  const text = LIMITS.has(because) ? `${wanted} more would be of use, but ${reason}` : reason
  const until = untilAt !== undefined && { untilAt }
  return [{ kind: 'hold', pool: pool.id, because, reason: text, wanted, ...until }]
}
