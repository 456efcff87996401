import type { PoolPolicy } from '../model/pool.ts'
import { counted } from '../settings/counted.ts'
import type { PoolMembers } from './members.ts'

/** How many slots the pool keeps free now: with a share, the more are busy the more. */
export function bufferSlots({ pool, members }: PoolMembers): number {
  const { buffer } = pool
  if ('slots' in buffer) return buffer.slots
  const busy = members.reduce((sum, { running }) => sum + running, 0)
  return Math.ceil(buffer.share * busy)
}

/** `2 free slots`, `20 % of the busy slots`. */
export function bufferText({ buffer }: PoolPolicy): string {
  if ('slots' in buffer) return counted(buffer.slots, 'free slot')
  return `${Math.round(buffer.share * 100)} % of its busy slots free`
}
