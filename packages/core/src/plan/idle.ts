import { onOurClock } from '../evidence/contact.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Since when no agent of its name has had work: counted from the last sign of it, or from their first contact. */
export function idleSinceAt(member: Member, input: PlanInput): number {
  const own = restsSinceAt(member, member.sinceAt, input)
  const further = member.further.filter(({ isGivenUp }) => !isGivenUp)
  return Math.max(own, ...further.map((record) => restsSinceAt(record, 0, input)))
}

function restsSinceAt(
  { agent, history }: Pick<Member, 'agent' | 'history'>,
  sinceAt: number,
  { snapshot }: PlanInput,
): number {
  const { agents, takenAt } = snapshot
  const lastWorkAt =
    agent?.lastWorkAt !== undefined && agents.ok
      ? onOurClock(agent.lastWorkAt, { takenAt, serverNowAt: agents.value.serverNowAt })
      : 0
  return Math.max(
    lastWorkAt,
    history?.restsSince ?? history?.lastSeenBusyAt ?? 0,
    history?.firstContactSeenAt ?? sinceAt,
    history?.uncordonedAt ?? 0,
  )
}
