import type { MemberView, PoolView } from '../model/plan.ts'
import type { Member, PoolMembers } from './members.ts'
import type { FreeSlots } from './supply.ts'

/** One pool as people see it. */
export function viewPool(
  { pool, members }: PoolMembers,
  demand: number,
  free: readonly FreeSlots[],
  booting: readonly FreeSlots[],
): PoolView {
  const slotsOf = (slots: readonly FreeSlots[]): number =>
    slots.reduce((sum, { slots, member }) => (member?.pool === pool ? sum + slots : sum), 0)
  return {
    id: pool.id,
    min: pool.min,
    max: pool.max,
    demand,
    freeSlots: slotsOf(free),
    bootingSlots: slotsOf(booting),
    members: members.map(viewMember),
  }
}

function viewMember({ name, state, sinceAt, running, agent, machine, pool }: Member): MemberView {
  return {
    name,
    state,
    sinceAt,
    running,
    capacity: agent?.capacity || pool.workflowsPerAgent,
    offering: machine?.offering,
    hourlyPrice: machine?.hourlyPrice,
  }
}
