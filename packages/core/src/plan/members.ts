import { type Clocks, onOurClock } from '../evidence/contact.ts'
import { hasEnded } from '../evidence/ended.ts'
import {
  agentsById,
  agentsByName,
  machinesByName,
  operationsByName,
  recordedNames,
} from '../evidence/lists.ts'
import { variantsOf } from '../evidence/variants.ts'
import { indexWork, type WorkEvidence, type WorkIndex } from '../evidence/work.ts'
import type { Agent, AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Machine } from '../model/machine.ts'
import type { AgentHistory, MachineHistory } from '../model/memory.ts'
import { poolOfName } from '../model/names.ts'
import type { MemberState } from '../model/plan.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { Operation } from '../model/snapshot.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import { type AgentRecord, describeRecords, workOfAll } from './agent-record.ts'
import { stateOf } from './member-state.ts'
import type { PlanInput } from './plan-input.ts'
import { stateOfStanding } from './standing-state.ts'
import { isUnfinished } from './unfinished-launch.ts'
import { takesNoRoom } from './without-machine.ts'

/** An agent with its machine and all that is known of both. */
export interface Member {
  readonly pool: PoolPolicy
  readonly name: string
  readonly agent: Agent | undefined
  /**
   * Further records of the same name: a lost answer to a creation can leave one, and a second agent on the machine
   * registers under the same host name. Each of them may be at work there.
   */
  readonly further: readonly AgentRecord[]
  readonly machine: Machine | undefined
  /** Of a machine that was made by hand. */
  readonly standing: StandingSeen | undefined
  /** What is being done to it: nothing else is begun meanwhile. */
  readonly operation: Operation | undefined
  readonly history: AgentHistory | undefined
  readonly machineHistory: MachineHistory | undefined
  readonly state: MemberState
  readonly connected: boolean
  /** Of all records of its name. */
  readonly evidence: WorkEvidence
  /** Tasks of `agent` alone. */
  readonly running: number
  /** Since when it has existed, by our clock. */
  readonly sinceAt: number
  /** Whether it was there when the server was last away or restarted. */
  readonly wasThereAtDisturbance: boolean
  /** It is a record alone, and leaves its room to others: see `takesNoRoom`. */
  readonly takesNoRoom: boolean
  /** Its launch stopped half-way, and can be repeated: see `isUnfinished`. */
  readonly isUnfinished: boolean
}

export interface PoolMembers {
  readonly pool: PoolPolicy
  readonly variants: ReturnType<typeof variantsOf>
  readonly members: readonly Member[]
  /** Made by hand: outside of the pool's limits, and never ended. */
  readonly standing: readonly Member[]
  /** Machines that were made or listed a moment ago, and of which no list shows anything now, nor their records. */
  readonly unseen: number
  /** How many the limits count: members, but for records that no machine can still appear for, and the unseen. */
  readonly counted: number
  /** Whether both lists could be read: without them nobody knows how many there are. */
  readonly known: boolean
}

/** Joins what both sides list, by name, for one pool. */
export function joinMembers(input: PlanInput): readonly PoolMembers[] {
  const { snapshot } = input
  const agents = snapshot.agents.ok ? snapshot.agents.value.agents : []
  const standing = standingAgents(input)
  // Whatever their names, they are no agents that we made.
  const made = standing.size === 0 ? agents : agents.filter(({ id }) => !standing.has(id))
  const byName = agentsByName(made)
  const recorded = recordedNames(made)
  const late = knownLately(input, byName)
  const byId = agentsById(standing.size === 0 ? [] : agents)
  const operations = operationsByName(snapshot.inFlight)
  const index = indexWork(snapshot)
  return input.pools.map((pool) => {
    const reading = snapshot.machines.get(pool.id)
    const machines = machinesByName(reading?.ok ? reading.value.machines : [])
    const names = new Set([...machines.keys(), ...(recorded.get(pool.id) ?? [])])
    for (const { kind, name, pool: id } of snapshot.inFlight)
      if (id === pool.id && kind === 'launch') names.add(name)
    const members = [...names].map((name) =>
      describe(input, { pool, name }, byName.get(name) ?? [], machines.get(name), operations, index),
    )
    const madeByHand = (reading?.ok ? reading.value.standing : []).flatMap((seen) =>
      describeStanding(input, pool, seen, byId, byName, operations, index),
    )
    const unseen = (late.get(pool.id) ?? []).filter((name) => !names.has(name)).length
    const variants = variantsOf(
      pool,
      input.memory.offerings.get(pool.id) ?? [],
      input.memory.trials.registered,
      input.matching,
    )
    return {
      pool,
      variants,
      members,
      standing: madeByHand,
      unseen,
      counted: members.filter((member) => !member.takesNoRoom).length + unseen,
      known: snapshot.agents.ok && reading?.ok === true,
    }
  })
}

/**
 * Names by pool, of those without a record. It may be gone or on a missing page while the list of machines is late:
 * they are there all the same.
 */
function knownLately(
  { snapshot, memory, caution }: PlanInput,
  recorded: ReadonlyMap<string, unknown>,
): ReadonlyMap<PoolId | undefined, readonly string[]> {
  const names = new Set<string>()
  const note = (name: string, lastKnownAt: number): void => {
    if (!recorded.has(name) && snapshot.takenAt - lastKnownAt <= caution.listLagMs) names.add(name)
  }
  for (const [name, endedAt] of memory.launchEndedAt) note(name, endedAt)
  for (const [name, { lastListedAt, missingSinceAt }] of memory.machines) {
    if (lastListedAt === undefined || hasEnded(memory, name)) continue
    // Of one whose removal failed no list can say that it is gone: only another removal.
    const isInDoubt = memory.removalBackOff.has(name)
    note(name, isInDoubt ? snapshot.takenAt : (missingSinceAt ?? snapshot.takenAt))
  }
  return Map.groupBy(names, poolOfName)
}

/**
 * The machine is made right after the record, whose time is known by our own clock; the cloud's clock may be
 * minutes off ours, and must not make a machine that still boots look overdue.
 */
function existsSince(
  agent: Agent | undefined,
  machine: Machine | undefined,
  clocks: Clocks,
): number | undefined {
  const recordAt = agent && onOurClock(agent.createdAt, clocks)
  const madeAt = machine?.createdAt
  if (recordAt === undefined || madeAt === undefined) return recordAt ?? madeAt
  return Math.max(recordAt, Math.min(madeAt, clocks.takenAt))
}

function standingAgents({ snapshot }: PlanInput): ReadonlySet<AgentId> {
  const readings = [...snapshot.machines.values()]
  const seen = readings.flatMap((reading) => (reading.ok ? reading.value.standing : []))
  return new Set(seen.flatMap(({ agentId }) => agentId ?? []))
}

/** What an agent offers; of a standing one that has never registered nobody knows more than its pool's settings. */
export function labelsOf({ agent, standing, pool }: Member): Labels | undefined {
  return agent?.labels ?? (agent && standing ? pool.offer : undefined)
}

export function capacityOf({ agent, pool }: Member): number {
  return agent?.labels ? agent.capacity : pool.workflowsPerAgent
}

/** By its agent's name, as what is done to it; by its id, where nobody knows its agent. One that is gone is no member. */
function describeStanding(
  input: PlanInput,
  pool: PoolPolicy,
  standing: StandingSeen,
  byId: ReadonlyMap<AgentId, Agent>,
  /** Of agents that are on no standing machine as far as anybody has said. */
  others: ReadonlyMap<string, readonly Agent[]>,
  operations: ReadonlyMap<string, Operation>,
  index: WorkIndex,
): readonly Member[] {
  const { id, state, agentId, offering } = standing
  if (state === 'gone') return []
  const agent = agentId === undefined ? undefined : byId.get(agentId)
  const name = agent?.name ?? id
  const machine = { name, state, ...(offering !== undefined && { offering }) }
  const records = agent ? [agent, ...(others.get(agent.name) ?? [])] : []
  return [describe(input, { pool, name, standing }, records, machine, operations, index)]
}

function describe(
  input: PlanInput,
  {
    pool,
    name,
    standing,
  }: { readonly pool: PoolPolicy; readonly name: string; readonly standing?: StandingSeen },
  agents: readonly Agent[],
  machine: Machine | undefined,
  operations: ReadonlyMap<string, Operation>,
  index: WorkIndex,
): Member {
  const { snapshot, memory } = input
  const { takenAt } = snapshot
  const serverNowAt = snapshot.agents.ok ? snapshot.agents.value.serverNowAt : takenAt
  const clocks: Clocks = { takenAt, serverNowAt }
  const operation = operations.get(name)
  const records = describeRecords(agents, input, clocks, index)
  const [first, ...further] = records
  const agent = first?.agent
  const machineHistory = memory.machines.get(name)
  const sinceAt =
    existsSince(agent, machine, clocks) ?? operation?.startedAt ?? machineHistory?.firstSeenAt ?? takenAt
  const known = {
    pool,
    name,
    agent,
    further,
    machine,
    standing,
    operation,
    history: first?.history,
    machineHistory,
    evidence: workOfAll(records),
    running: first?.running ?? 0,
    sinceAt,
  }
  const state = standing ? stateOfStanding(known, standing, input, clocks) : stateOf(known, input, clocks)
  const connected = first?.connected ?? false
  const hasNoRoom = takesNoRoom({ ...known, state, connected }, input, clocks)
  return {
    ...known,
    connected,
    wasThereAtDisturbance: first
      ? records.some((record) => record.wasThereAtDisturbance)
      : // A machine whose age nobody knows may have been there.
        machine?.createdAt === undefined || machine.createdAt <= memory.disturbance.at,
    state,
    takesNoRoom: hasNoRoom,
    isUnfinished: isUnfinished({ ...known, state, takesNoRoom: hasNoRoom }, input),
  }
}
