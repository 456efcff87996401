import { type PoolPolicy, policyAt } from '@woodpeckers/autoscaler-core'
import { aPool } from '@woodpeckers/autoscaler-core/testing'
import type { PoolSetup } from '../scenario/scenario.ts'

/** What was begun under an older policy may still come to pass for so long. */
const AFTERMATH_MS = 300_000

/** The pools' policies, now and shortly before. */
export class Policies {
  #now: readonly PoolSetup[]
  /** What is wrong with machines has been mended. */
  imagesAreMended = false
  readonly #former: { readonly untilAt: number; readonly pools: readonly PoolSetup[] }[] = []

  constructor(pools: readonly PoolSetup[]) {
    this.#now = pools
  }

  get pools(): readonly PoolSetup[] {
    return this.#now
  }

  /** @param keptUntilAt until when another process may go on with what was in force */
  change(nowAt: number, keptUntilAt: number, to: (policy: PoolPolicy) => PoolPolicy): void {
    this.#former.push({ untilAt: Math.max(nowAt + AFTERMATH_MS, keptUntilAt), pools: this.#now })
    this.#now = this.#now.map((pool) => {
      const { offer: _, ...policy } = to(aPool({ ...pool.policy, id: pool.id }))
      return { ...pool, policy }
    })
  }

  /** With what its schedules say of this moment. */
  effective(poolId: string, nowAt: number): PoolPolicy {
    return policyAt(this.of(poolId), nowAt)
  }

  of(poolId: string): PoolPolicy {
    return aPool({ ...this.#now.find(({ id }) => id === poolId)?.policy, id: poolId })
  }

  /** The highest maximum that a launch which arrives now may have been made for. */
  highestMax(poolId: string, nowAt: number, clockOffsets: readonly number[]): number {
    const former = this.#former
      .filter(({ untilAt }) => untilAt > nowAt)
      .map(({ pools }) => aPool(pools.find(({ id }) => id === poolId)?.policy))
    const lately = [0, 1, 2, 3, 4, 5].flatMap((minutes) => {
      const at = nowAt - minutes * 60_000
      return clockOffsets.map((offsetMs) => at + offsetMs)
    })
    return Math.max(
      ...[this.of(poolId), ...former].flatMap((policy) => lately.map((at) => policyAt(policy, at).max)),
    )
  }
}
