import {
  type Clocks,
  contactAgeMs,
  isConnected,
  onOurClock,
  wasThereAtDisturbance,
} from '../evidence/contact.ts'
import { findWork, indexWork, type WorkEvidence, type WorkIndex } from '../evidence/work.ts'
import type { Agent } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import type { AgentHistory, MachineHistory } from '../model/memory.ts'
import { isNameOfPool } from '../model/names.ts'
import type { MemberState } from '../model/plan.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Operation } from '../model/snapshot.ts'
import type { PlanInput } from './plan-input.ts'

/** An agent with its machine and all that is known of both. */
export interface Member {
  readonly pool: PoolPolicy
  readonly name: string
  readonly agent: Agent | undefined
  /** Further records of the same name: a lost answer to a creation can leave one. */
  readonly duplicates: readonly Agent[]
  readonly machine: Machine | undefined
  /** What is being done to it: nothing else is begun meanwhile. */
  readonly operation: Operation | undefined
  readonly history: AgentHistory | undefined
  readonly machineHistory: MachineHistory | undefined
  readonly state: MemberState
  readonly connected: boolean
  readonly evidence: WorkEvidence
  readonly running: number
  /** Since when it has existed, by our clock. */
  readonly sinceAt: number
  /** Whether it was there when the server was last away or restarted. */
  readonly wasThereAtDisturbance: boolean
}

export interface PoolMembers {
  readonly pool: PoolPolicy
  readonly members: readonly Member[]
  /** Whether both lists could be read: without them nobody knows how many there are. */
  readonly known: boolean
}

/** Joins what both sides list, by name, for one pool. */
export function joinMembers(input: PlanInput): readonly PoolMembers[] {
  const { snapshot } = input
  const byName = agentsByName(snapshot.agents.ok ? snapshot.agents.value.agents : [])
  const operations = new Map(snapshot.inFlight.map((operation) => [operation.name, operation]))
  const index = indexWork(snapshot)
  return input.pools.map((pool) => {
    const reading = snapshot.machines.get(pool.id)
    const machines = new Map(
      (reading?.ok ? reading.value.machines : []).map((machine) => [machine.name, machine]),
    )
    const names = new Set(machines.keys())
    for (const name of byName.keys()) if (isNameOfPool(name, pool.id)) names.add(name)
    for (const { kind, name, pool: id } of snapshot.inFlight)
      if (id === pool.id && kind === 'launch') names.add(name)
    const members = [...names].map((name) =>
      describe(input, pool, name, byName.get(name) ?? [], machines.get(name), operations.get(name), index),
    )
    return { pool, members, known: snapshot.agents.ok && reading?.ok === true }
  })
}

function agentsByName(agents: readonly Agent[]): ReadonlyMap<string, readonly Agent[]> {
  const byName = new Map<string, Agent[]>()
  for (const agent of agents) {
    const same = byName.get(agent.name)
    if (!same) byName.set(agent.name, [agent])
    // The one that has registered is the one that works.
    else if (agent.lastContactAt !== undefined && same[0]?.lastContactAt === undefined) same.unshift(agent)
    else same.push(agent)
  }
  return byName
}

function describe(
  input: PlanInput,
  pool: PoolPolicy,
  name: string,
  [agent, ...duplicates]: readonly Agent[],
  machine: Machine | undefined,
  operation: Operation | undefined,
  index: WorkIndex,
): Member {
  const { snapshot, memory } = input
  const { takenAt } = snapshot
  const serverNowAt = snapshot.agents.ok ? snapshot.agents.value.serverNowAt : takenAt
  const clocks: Clocks = { takenAt, serverNowAt }
  const history = agent && memory.agents.get(agent.id)
  const machineHistory = memory.machines.get(name)
  const evidence: WorkEvidence = agent ? findWork(agent, history, snapshot, index) : { kind: 'none' }
  const running = agent ? (index.runningByAgent.get(agent.id) ?? 0) : 0
  const sinceAt =
    machine?.createdAt ??
    (agent ? onOurClock(agent.createdAt, clocks) : undefined) ??
    operation?.startedAt ??
    machineHistory?.firstSeenAt ??
    takenAt
  const known = {
    pool,
    name,
    agent,
    duplicates,
    machine,
    operation,
    history,
    machineHistory,
    evidence,
    running,
    sinceAt,
  }
  return {
    ...known,
    connected: agent !== undefined && isConnected(agent, clocks, memory),
    wasThereAtDisturbance: agent
      ? wasThereAtDisturbance(agent, clocks, memory)
      : // A machine whose age nobody knows may have been there.
        machine?.createdAt === undefined || machine.createdAt <= memory.disturbance.at,
    state: stateOf(known, input, clocks),
  }
}

function stateOf(
  member: Pick<
    Member,
    | 'pool'
    | 'agent'
    | 'machine'
    | 'history'
    | 'machineHistory'
    | 'operation'
    | 'evidence'
    | 'running'
    | 'sinceAt'
  >,
  { memory, caution }: PlanInput,
  clocks: Clocks,
): MemberState {
  const { pool, agent, machine, operation } = member
  if (operation?.kind === 'launch' || operation?.kind === 'start') return 'launching'
  if (operation?.kind === 'terminate' || operation?.kind === 'forget') return 'ending'
  if (!agent) return 'orphan'
  const ageMs = clocks.takenAt - member.sinceAt
  const sinceLaunchMs = Math.min(ageMs, clocks.takenAt - (memory.launchEndedAt.get(agent.name) ?? 0))
  if (agent.lastContactAt === undefined) {
    if (!machine && sinceLaunchMs > caution.listLagMs && (member.machineHistory?.machineMissing ?? 0) >= 2)
      return 'zombie'
    const stopped = machine?.state === 'stopped' && ageMs > caution.poweredOffMs
    return stopped || ageMs > pool.inactivityTimeoutMs ? 'lost' : 'booting'
  }
  if (isParked(member, onOurClock(agent.lastContactAt, clocks))) return 'parked'
  const startedAt = startedAgainAt(member, memory)
  if (startedAt > onOurClock(agent.lastContactAt, clocks)) {
    return clocks.takenAt - startedAt > pool.inactivityTimeoutMs ? 'silent' : 'booting'
  }
  if (isSilent(agent, member, clocks, memory.disturbance.at, caution.poweredOffMs)) return 'silent'
  const busy = member.running > 0 || member.evidence.kind === 'works'
  if (agent.cordoned) return busy ? 'draining' : 'drained'
  return busy ? 'busy' : 'idle'
}

/** Stopped, as its pool keeps some; what stopped a moment ago may look running, and its agent in contact. */
function isParked(
  { pool, machine, history }: Pick<Member, 'pool' | 'machine' | 'history'>,
  lastContactAt: number,
): boolean {
  if (pool.parked.max === 0) return false
  if (machine?.state === 'stopped' || machine?.state === 'stopping') return true
  return history?.parkedAt !== undefined && lastContactAt <= history.parkedAt + 2_000
}

/** When a stopped machine was started; after our own restart nobody knows, so from then on it is given its time. */
function startedAgainAt(
  { pool, agent, machine }: Pick<Member, 'pool' | 'agent' | 'machine'>,
  memory: PlanInput['memory'],
): number {
  const known = agent && memory.launchEndedAt.get(agent.name)
  if (known !== undefined) return known
  return pool.parked.max > 0 && machine?.state === 'starting' ? memory.disturbance.at : 0
}

function isSilent(
  agent: Agent,
  { pool, machine }: Pick<Member, 'pool' | 'machine'>,
  clocks: Clocks,
  disturbedAt: number,
  poweredOffMs: number,
): boolean {
  const silentMs = contactAgeMs(agent, clocks) ?? 0
  // A stopped machine runs nothing that could break its silence.
  if (machine?.state === 'stopped') return silentMs > poweredOffMs
  // While the server was away nobody could be in contact with it: silence counts from its return.
  return Math.min(silentMs, clocks.takenAt - disturbedAt) > pool.inactivityTimeoutMs
}
