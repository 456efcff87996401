import type { MemberView, PoolView } from '../model/plan.ts'
import { capacityOf, type Member, type PoolMembers } from './members.ts'
import type { FreeSlots } from './supply.ts'

/** One pool as people see it. */
export function viewPool(
  { pool, members, standing }: PoolMembers,
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
    members: [...members, ...standing].map(viewMember),
  }
}

function viewMember(member: Member): MemberView {
  const { name, state, sinceAt, machine, standing } = member
  const leaves = whyItLeaves(member)
  const further = member.further.filter(({ connected }) => connected)
  return {
    name,
    ...(standing && { standing: standing.id }),
    state,
    ...(state === 'booting' && machine?.state === 'starting' && { notStarted: machine.status ?? 'starting' }),
    sinceAt,
    running: further.reduce((sum, { running }) => sum + running, member.running),
    capacity: further.reduce((sum, { agent }) => sum + agent.capacity, capacityOf(member)),
    offering: machine?.offering,
    hourlyPrice: machine?.hourlyPrice,
    ...(leaves !== undefined && { leaves }),
  }
}

function whyItLeaves({ state, operation, history }: Member): string | undefined {
  if (operation?.reason !== undefined) return operation.reason
  return state === 'draining' || state === 'drained' ? history?.drain?.reason : undefined
}
