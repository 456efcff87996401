import type { PoolView } from '../model/plan.ts'
import type { PoolId } from '../model/pool.ts'
import type { TickReport } from '../model/report.ts'
import { drainedPolicy } from '../plan/orders.ts'
import type { Pool } from './autoscaler.ts'

/**
 * The pool on its way out: nothing is started in it, each agent is cordoned and drained as it is above the maximum,
 * and what was stopped or kept is ended too.
 */
export function leavingPool(pool: Pool): Pool {
  return { ...pool, policy: drainedPolicy(pool.policy), leaving: true }
}

/** Knows which of the leaving pools have nothing left. */
export class LeavingPools {
  readonly #emptySince = new Map<PoolId, number>()

  /** The wall clock was set. */
  shift(byMs: number): void {
    for (const [id, since] of this.#emptySince) this.#emptySince.set(id, since + byMs)
  }

  /**
   * Pools of which nothing was seen for `listLagMs`: neither a record nor a machine nor anything under way. Standing
   * machines may remain, once they rest: they were there before us.
   */
  empty(
    { snapshot, plan }: Pick<TickReport, 'plan' | 'snapshot'>,
    pools: readonly Pool[],
    listLagMs: number,
  ): readonly PoolId[] {
    const { takenAt, agents, machines, inFlight } = snapshot
    const empty: PoolId[] = []
    for (const { policy, leaving } of pools) {
      const { id } = policy
      const view = plan.pools.find((candidate) => candidate.id === id)
      const isKnown = agents.ok && machines.get(id)?.ok === true && view !== undefined
      const isEmpty = isKnown && !view.members.some(isThere) && !inFlight.some(({ pool }) => pool === id)
      if (!leaving || !isEmpty) {
        this.#emptySince.delete(id)
        continue
      }
      const since = this.#emptySince.get(id) ?? takenAt
      this.#emptySince.set(id, since)
      if (takenAt - since >= listLagMs) empty.push(id)
    }
    return empty
  }
}

function isThere({ standing, state }: PoolView['members'][number]): boolean {
  return standing === undefined || state !== 'parked'
}
