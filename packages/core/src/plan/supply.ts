import { type Clocks, isConnected, onOurClock, wasThereAtDisturbance } from '../evidence/contact.ts'
import {
  ASKS_AGAIN_WITHIN_MS,
  DEAF_AFTER_MS,
  DEAF_AT_MOST,
  LEAST_STARTUP_ALLOWANCE_MS,
} from '../evidence/timings.ts'
import { machineTypeOf } from '../evidence/variants.ts'
import { indexWork } from '../evidence/work.ts'
import type { Agent } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Memory } from '../model/memory.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import { hasServed } from './ephemeral.ts'
import { capacityOf, labelsOf, type Member, type PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** Slots of one agent that nothing occupies. */
export interface FreeSlots {
  readonly labels: Labels
  readonly slots: number
  /** `undefined`: the agent is no pool's of ours. */
  readonly pool: PoolId | undefined
  /** It has been free for so long that a task which waits as long cannot count on it. */
  readonly heldBack: boolean
  readonly agent: Agent | undefined
  readonly member: Member | undefined
}

/** Agents that ask the server for work now, foreign ones too. */
export function askingAgents({ snapshot, memory }: PlanInput): readonly Agent[] {
  if (!snapshot.agents.ok) return []
  const { agents, serverNowAt } = snapshot.agents.value
  const clocks = { takenAt: snapshot.takenAt, serverNowAt }
  const beingWritten = new Set(
    snapshot.inFlight.flatMap(({ kind, agentId }) =>
      kind === 'cordon' || kind === 'uncordon' ? (agentId ?? []) : [],
    ),
  )
  // One that is being called back will ask; one that is being cordoned can be called back by the next look.
  const asks = ({ id, cordoned }: Agent): boolean => !cordoned || beingWritten.has(id)
  return agents.filter((agent) => asks(agent) && agent.labels && isConnected(agent, clocks, memory))
}

/** Free slots of every connected agent that takes tasks, foreign ones too. */
export function connectedSlots(
  input: PlanInput,
  ownByAgent: ReadonlyMap<string, Member>,
): readonly FreeSlots[] {
  const { snapshot, memory } = input
  if (!snapshot.agents.ok || !snapshot.queue.ok) return []
  const { takenAt } = snapshot
  const clocks = { takenAt, serverNowAt: snapshot.agents.value.serverNowAt }
  const { runningByAgent } = indexWork(snapshot)
  const free: FreeSlots[] = []
  for (const agent of askingAgents(input)) {
    if (!agent.labels) continue
    const member = ownByAgent.get(agent.id)
    // What the cloud takes back in a moment would lose the task that it is given now.
    if (member?.state === 'ending' || member?.machine?.endingSoon !== undefined) continue
    // Somebody has stopped its machine, a moment ago.
    if (member?.state === 'parked') continue
    // It takes one task, and has had it.
    if (member && hasServed(member)) continue
    // A further agent of a machine that is on its way out is cordoned next.
    const isLeaving = member?.agent?.cordoned && member.state !== 'cordoned'
    if (isLeaving && member.agent?.id !== agent.id) continue
    const slots = agent.capacity - (runningByAgent.get(agent.id) ?? 0)
    if (slots <= 0) continue
    const freeSince = memory.agents.get(agent.id)?.freeSince
    const heldBack = freeSince !== undefined && takenAt - freeSince >= DEAF_AFTER_MS
    free.push({ labels: agent.labels, slots, pool: member?.pool.id, heldBack, agent, member })
  }
  return capByPolling(free, snapshot.queue.value.pollingSlots, clocks, memory)
}

/**
 * After a restart the server has forgotten who works, so busy agents look free; but there are never more
 * free slots than slots that ask for work. Those that became free a moment ago have not asked yet.
 */
function capByPolling(
  free: readonly FreeSlots[],
  pollingSlots: number,
  clocks: Clocks,
  memory: Memory,
): readonly FreeSlots[] {
  const askedYet = ({ agent }: FreeSlots): boolean => {
    const history = agent && memory.agents.get(agent.id)
    const since = Math.max(history?.freeSince ?? clocks.takenAt, history?.uncordonedAt ?? 0)
    return clocks.takenAt - since >= ASKS_AGAIN_WITHIN_MS
  }
  const suspicion = ({ agent }: FreeSlots): number =>
    agent && wasThereAtDisturbance(agent, clocks, memory) ? 1 : 0
  let excess = -pollingSlots
  for (const slots of free) if (askedYet(slots)) excess += slots.slots
  if (!(excess > 0)) return free
  // Those that came since cannot have forgotten work: of them a few may be deaf, not all.
  const old = free.filter((slots) => askedYet(slots) && suspicion(slots) > 0)
  const recent = free.filter((slots) => askedYet(slots) && suspicion(slots) === 0)
  const doubtful = [...old, ...recent.slice(0, DEAF_AT_MOST)]
  const cut = new Map<FreeSlots, number>()
  for (const slots of doubtful) {
    const less = Math.min(slots.slots, excess)
    cut.set(slots, less)
    excess -= less
    if (excess <= 0) break
  }
  return free
    .map((slots) => ({ ...slots, slots: slots.slots - (cut.get(slots) ?? 0) }))
    .filter(({ slots }) => slots > 0)
}

/** Slots of our agents that still boot, as long as they may be expected to come up. */
export function bootingSlots(input: PlanInput, pools: readonly PoolMembers[]): readonly FreeSlots[] {
  const slotsOf = (member: Member, labels: Labels, slots: number): FreeSlots => ({
    labels,
    slots,
    pool: member.pool.id,
    heldBack: false,
    agent: undefined,
    member,
  })
  return pools.flatMap(({ variants, members, standing }) => [
    ...members
      .filter((member) => isExpected(member, input))
      .map((member) => {
        const machineType = expectedType(member, input)
        const { labels, slots } = variants.find((each) => each.machineType === machineType) ?? variants[0]
        return slotsOf(member, labels, slots)
      }),
    ...standing
      .filter((member) => isExpected(member, input))
      .flatMap((member) => {
        const labels = labelsOf(member)
        return labels ? [slotsOf(member, labels, capacityOf(member))] : []
      }),
  ])
}

function expectedType({ name, machine, operation }: Member, { memory }: PlanInput): string | undefined {
  if (machine?.offering !== undefined) return machineTypeOf(machine.offering)
  return (
    operation?.machineType ?? memory.machineTypes.get(name) ?? memory.trials.launched.get(name)?.machineType
  )
}

/** Whether it is on its way up, and not later than its pool's machines usually are. */
export function isExpected(member: Member, input: PlanInput): boolean {
  const { snapshot, memory } = input
  if (member.state === 'launching') return true
  if (member.state !== 'booting' || member.isUnfinished) return false
  if (member.standing) return snapshot.takenAt - bootBeganAt(member, input) < member.pool.bootAllowanceMs
  // A parked one that is started comes up cordoned, and is called back then.
  if (member.agent?.cordoned && member.pool.parked.max === 0) return false
  return snapshot.takenAt - bootBeganAt(member, input) < startupAllowanceMs(member.pool, memory)
}

/** Until the call that makes the machine has ended, nothing boots. */
function bootBeganAt(member: Member, { snapshot: { agents, takenAt }, memory }: PlanInput): number {
  // While the cloud says that it is starting it, it is believed: until the inactivity timeout makes it lost.
  const startingSeenAt = member.machineHistory?.startingSeenAt ?? 0
  const launchEndedAt = memory.launchEndedAt.get(member.name)
  if (member.standing) return Math.max(launchEndedAt ?? 0, member.standing.startedAt ?? 0)
  if (launchEndedAt !== undefined) return Math.max(launchEndedAt, startingSeenAt)
  if (!member.agent || !agents.ok) return Math.max(member.sinceAt, startingSeenAt)
  const recordAt = onOurClock(member.agent.createdAt, { takenAt, serverNowAt: agents.value.serverNowAt })
  return Math.max(recordAt, startingSeenAt)
}

/** Twice the time that all but the slowest boots of the pool took (the 95th percentile). */
export function startupAllowanceMs(
  { id, bootAllowanceMs }: Pick<PoolPolicy, 'id' | 'bootAllowanceMs'>,
  memory: Memory,
): number {
  const boots = memory.bootTimesMs.get(id)
  if (!boots || boots.length === 0) return bootAllowanceMs
  const sorted = [...boots].sort((a, b) => a - b)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0
  return Math.max(LEAST_STARTUP_ALLOWANCE_MS, 2 * p95)
}
