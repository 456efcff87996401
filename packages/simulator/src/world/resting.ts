import type { PoolPolicy } from '@woodpeckers/autoscaler-core'

/** How many machines a pool has when nothing is to be done: its minimum, and what its free slots need. */
export function restingMachines({ min, max, buffer, workflowsPerAgent }: PoolPolicy): number {
  const free = 'slots' in buffer ? Math.ceil(buffer.slots / workflowsPerAgent) : 0
  return Math.min(max, Math.max(min, free))
}
