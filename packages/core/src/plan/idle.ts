import { onOurClock } from '../evidence/contact.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Since when it has had no work: counted from the last sign of it, or from its first contact. */
export function idleSinceAt({ agent, history, sinceAt }: Member, { snapshot }: PlanInput): number {
  const { agents, takenAt } = snapshot
  const lastWorkAt =
    agent?.lastWorkAt !== undefined && agents.ok
      ? onOurClock(agent.lastWorkAt, { takenAt, serverNowAt: agents.value.serverNowAt })
      : 0
  return Math.max(
    lastWorkAt,
    history?.lastSeenBusyAt ?? 0,
    history?.firstContactSeenAt ?? sinceAt,
    history?.uncordonedAt ?? 0,
  )
}
