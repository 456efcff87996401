import type { PoolPolicy } from '@woodpeckers/autoscaler-core'

/** A pool with as many machines as it may have when nothing is to be done; alike pools may keep slots for it. */
export interface Resting {
  readonly least: number
  readonly most: number
}

export function restingOf(policy: PoolPolicy): Resting {
  return { least: Math.min(policy.min, policy.max), most: restingMachines(policy) }
}

/** Whether all pools together keep as many slots free as they are to. */
export function keepsEnoughFree(
  pools: readonly { readonly policy: PoolPolicy; readonly machines: number }[],
): boolean {
  const slots = pools.reduce((sum, { policy, machines }) => sum + machines * policy.workflowsPerAgent, 0)
  const wanted = pools.map(({ policy: { buffer, max, workflowsPerAgent } }) =>
    'slots' in buffer ? Math.min(buffer.slots, max * workflowsPerAgent) : 0,
  )
  return slots >= wanted.reduce((sum, more) => sum + more, 0)
}

/** How many machines a pool has when nothing is to be done: its minimum, and what its free slots need. */
export function restingMachines({ min, max, buffer, workflowsPerAgent }: PoolPolicy): number {
  const free = 'slots' in buffer ? Math.ceil(buffer.slots / workflowsPerAgent) : 0
  return Math.min(max, Math.max(min, free))
}
