import { capacityOf, type Member, type PoolMembers } from './members.ts'

/**
 * The agent to be drained so that one machine really ends: of those with work, the one with the least, where the free
 * slots of the others hold as many tasks as it has. Tasks do not move: it only gets no more.
 */
export function packOne(
  inOrder: readonly Member[],
  { pool, members }: PoolMembers,
  spare: number,
): Member | undefined {
  // One at a time: what it frees shows only when it is gone.
  if (!pool.packing || members.some(({ state }) => state === 'draining')) return undefined
  const halfBusy = inOrder.filter((member) => member.state === 'busy' && member.running < capacityOf(member))
  const [least, ...others] = halfBusy
  if (!least || others.length === 0) return undefined
  const freeElsewhere = spare - (capacityOf(least) - least.running)
  return freeElsewhere >= least.running ? least : undefined
}
