import { type Clocks, onOurClock } from '../evidence/contact.ts'
import type { MemberState } from '../model/plan.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import { isCordonedByOthers } from './cordoned-by-others.ts'
import { isSilent, type KnownMember } from './member-state.ts'
import type { PlanInput } from './plan-input.ts'

/** Where a machine that was made by hand is: stopped is its rest, and it is never given up. */
export function stateOfStanding(
  member: KnownMember,
  standing: StandingSeen,
  input: PlanInput,
  clocks: Clocks,
): MemberState {
  const { memory, caution } = input
  const { pool, agent, machine, operation, history } = member
  if (operation?.kind === 'start') return 'launching'
  const launchedAt = memory.launchEndedAt.get(member.name) ?? 0
  const restedAt = Math.max(history?.parkedAt ?? 0, onOurClock(agent?.lastContactAt ?? 0, clocks))
  // Started a moment ago: the list may be older.
  const isLate = launchedAt > restedAt && clocks.takenAt - launchedAt < caution.listLagMs
  if (machine?.state === 'stopping' || (machine?.state === 'stopped' && !isLate)) return 'parked'
  const startedAt = Math.max(standing.startedAt ?? 0, launchedAt)
  if (!agent) return isComingUp(startedAt, pool.bootAllowanceMs, clocks) ? 'booting' : 'orphan'
  if (agent.lastContactAt === undefined) {
    return clocks.takenAt - (startedAt || memory.disturbance.at) > pool.inactivityTimeoutMs
      ? 'lost'
      : 'booting'
  }
  const lastContactAt = onOurClock(agent.lastContactAt, clocks)
  const { parkedAt } = history ?? {}
  // Stopped a moment ago: the list may still show it running, and its agent in contact.
  if (parkedAt !== undefined && lastContactAt <= parkedAt + 2_000 && startedAt < parkedAt) return 'parked'
  if (startedAt > lastContactAt) {
    return clocks.takenAt - startedAt > pool.inactivityTimeoutMs ? 'silent' : 'booting'
  }
  if (isSilent(agent, member, clocks, memory.disturbance.at, caution.poweredOffMs)) return 'silent'
  const busy = member.running > 0 || member.evidence.kind === 'works'
  if (agent.cordoned && isCordonedByOthers(member, input)) return 'cordoned'
  if (agent.cordoned) return busy ? 'draining' : 'drained'
  return busy ? 'busy' : 'idle'
}

/** Nobody can see whether it has come up: for a while it is believed. */
function isComingUp(startedAt: number, allowanceMs: number, { takenAt }: Clocks): boolean {
  return takenAt - startedAt < allowanceMs
}
