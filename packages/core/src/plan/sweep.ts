import { onOurClock } from '../evidence/contact.ts'
import { SILENT_EXTRA_MS } from '../evidence/timings.ts'
import { indexWork } from '../evidence/work.ts'
import type { Forget, Hold, Terminate } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import { heldByDisturbance, heldByLateList, heldByWork, hold } from './may-end.ts'
import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { whyRenew } from './renewal.ts'

/** What is done about a member that no longer has a future, or why it is kept. */
export type Sweep = Terminate | Forget | Hold | undefined

/** Lost, silent, orphaned or a zombie: each by its own rule. */
export function sweepMember(member: Member, input: PlanInput): Sweep {
  switch (member.state) {
    case 'lost':
      return heldByDisturbance(member, input) ?? end(member, 'lost', lostReason(member, input))
    case 'silent':
      return sweepSilent(member, input)
    case 'parked':
      return sweepParked(member, input)
    case 'orphan':
      return sweepOrphan(member, input)
    case 'zombie':
      return member.agent?.lastContactAt === undefined
        ? forget(member, 'its machine never appeared')
        : forgetLost(member, input)
    default:
      return undefined
  }
}

/** Records that share a name with one of ours, and never registered. */
export function sweepDuplicates(member: Member, input: PlanInput): readonly Forget[] {
  const { snapshot, caution } = input
  if (member.further.length === 0 || !snapshot.agents.ok || member.operation) return []
  const clocks = { takenAt: snapshot.takenAt, serverNowAt: snapshot.agents.value.serverNowAt }
  return (
    member.further
      .map(({ agent }) => agent)
      // While neither has registered, nobody knows which of them the machine uses.
      .filter((agent) => agent.lastContactAt === undefined && member.agent?.lastContactAt !== undefined)
      .filter((agent) => clocks.takenAt - onOurClock(agent.createdAt, clocks) > caution.listLagMs)
      .map((agent) => ({
        ...forget(member, 'another record has the same name'),
        because: 'twin',
        agent,
      }))
  )
}

function lostReason({ machine, pool, sinceAt }: Member, { snapshot }: PlanInput): string {
  if (machine?.state === 'stopped') return 'its machine stopped before the agent ever registered'
  const ageText = formatDuration(snapshot.takenAt - sinceAt)
  const limit = `the agent inactivity timeout is ${formatDuration(pool.inactivityTimeoutMs)}`
  if (machine?.state === 'starting')
    return `the cloud has not started its machine in ${ageText} (${machine.status ?? 'starting'}); ${limit}`
  return `it has not registered in ${ageText}; ${limit}`
}

function sweepSilent(member: Member, input: PlanInput): Sweep {
  const { machine } = member
  const held = heldSilent(member, input) ?? heldByLateList(member, input)
  if (held) return held
  const silentMs = input.snapshot.takenAt - silentSinceAt(member, input)
  const reason =
    machine?.state === 'stopped' ? 'its machine has stopped' : `no contact for ${formatDuration(silentMs)}`
  if (machine) return end(member, 'silent', reason)
  return hold(member, 'may-appear', 'its machine is missing from the list')
}

/** Why one that fell silent is kept: it may work on, and what it does is given the longest that a pipeline may take. */
export function heldSilent(member: Member, input: PlanInput): Hold | undefined {
  const held = heldByDisturbance(member, input)
  if (held) return held
  // A stopped machine runs nothing: whatever its agent had is lost already.
  const work = member.machine?.state === 'stopped' ? undefined : heldByWork(member)
  const { takenAt } = input.snapshot
  const keptUntilAt = silentSinceAt(member, input) + input.caution.longestPipelineMs + SILENT_EXTRA_MS
  if (!work || takenAt >= keptUntilAt) return undefined
  const left = formatDuration(keptUntilAt - takenAt)
  return hold(member, 'kept-silent', `silent, but ${work.reason}; kept for ${left} more`)
}

/** Not from the last sign of work: a lost task may stand in the queue, or in the database, for ever. */
export function silentSinceAt({ agent }: Member, { snapshot, memory }: PlanInput): number {
  const { agents, takenAt } = snapshot
  const serverNowAt = agents.ok ? agents.value.serverNowAt : takenAt
  return Math.max(onOurClock(agent?.lastContactAt ?? 0, { takenAt, serverNowAt }), memory.disturbance.at)
}

function sweepParked(member: Member, input: PlanInput): Sweep {
  const { snapshot } = input
  const { agent, pool } = member
  if (!agent || !snapshot.agents.ok) return undefined
  const clocks = { takenAt: snapshot.takenAt, serverNowAt: snapshot.agents.value.serverNowAt }
  const renew = whyRenew(member, input)
  if (renew) return end(member, 'parked', `stopped, and never started again: ${renew.reason}`)
  const parkedMs = snapshot.takenAt - onOurClock(agent.lastContactAt ?? 0, clocks)
  if (parkedMs < pool.parked.forMs) return undefined
  return end(member, 'parked', `stopped, and not needed for ${formatDuration(parkedMs)}`)
}

function sweepOrphan(member: Member, input: PlanInput): Sweep {
  const { snapshot, memory, caution } = input
  if (memory.removedNames.has(member.name)) {
    return end(member, 'orphan', 'its record is deleted, and its removal failed before')
  }
  const held = heldByDisturbance(member, input)
  if (held) return held
  const work = workOfLastRecord(member, input)
  if (work) return work
  const ageMs = snapshot.takenAt - member.sinceAt
  if (ageMs <= caution.listLagMs || (member.machineHistory?.agentMissing ?? 0) < 2) {
    return hold(member, 'may-appear', 'no record of its agent, so far')
  }
  return end(member, 'orphan', 'the server has no record of its agent')
}

/** A list of agents that leaves one out is no proof that the agent is gone: the queue and the database speak too. */
function workOfLastRecord(
  member: Member,
  { snapshot: { agents, queue, work } }: PlanInput,
): Hold | undefined {
  const id = member.machineHistory?.agentId
  if (id === undefined) return undefined
  // A restored database gives ids again: that record is of another name, and its work another machine's.
  if (agents.ok && agents.value.agents.some((agent) => agent.id === id)) return undefined
  const task = queue.ok ? queue.value.tasks.find(({ agentId }) => agentId === id) : undefined
  if (task) return hold(member, 'may-work', `no record of its agent, but ${task.title} is its task`)
  if (work?.ok && work.value.workingAgentIds.has(id)) {
    return hold(member, 'may-work', 'no record of its agent, but the database has work of it')
  }
  return undefined
}

function end(
  { pool, name, agent, further, machineHistory }: Member,
  because: Terminate['because'],
  reason: string,
): Terminate {
  const terminate = {
    kind: 'terminate',
    pool: pool.id,
    name,
    agent,
    ...withFurther(further),
    because,
    reason,
  } as const
  const lastAgentId = agent ? undefined : machineHistory?.agentId
  return lastAgentId === undefined ? terminate : { ...terminate, lastAgentId }
}

/** The server lets nobody finish what ran there: with the record it settles the task. */
function forgetLost(member: Member, input: PlanInput): Forget {
  const { snapshot } = input
  const { agent, machineHistory, evidence } = member
  const task = indexWork(snapshot).taskByAgent.get(agent!.id)
  const missing = formatDuration(snapshot.takenAt - (machineHistory?.missingSinceAt ?? snapshot.takenAt))
  const silent = formatDuration(snapshot.takenAt - silentSinceAt(member, input))
  const unnamed = evidence.kind === 'works' ? '; the job that it ran is lost' : ''
  const lost = task ? `; the job ${task.title} is lost` : unnamed
  const why = `its machine disappeared from the cloud (in no list for ${missing}, no heartbeat for ${silent})`
  return {
    ...forget(member, `${why}: it was deleted outside of the autoscaler, or failed${lost}`),
    because: 'machine-gone',
  }
}

/** Records that go with the machine. */
export function withFurther(further: Member['further']): Pick<Terminate, 'further'> {
  return further.length === 0 ? {} : { further: further.map(({ agent }) => agent) }
}

function forget({ pool, agent }: Member, reason: string): Forget {
  return { kind: 'forget', pool: pool.id, agent: agent!, because: 'zombie', reason }
}
