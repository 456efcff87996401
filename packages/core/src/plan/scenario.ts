import { observeLeftAlone } from '../memory/left-alone.ts'
import { observe } from '../memory/observe.ts'
import type { Agent } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import { firstMemory, type Memory } from '../model/memory.ts'
import type { Offering } from '../model/money.ts'
import { isNameOfPool } from '../model/names.ts'
import { noOrders, type Orders } from '../model/orders.ts'
import type { Plan } from '../model/plan.ts'
import {
  type Caution,
  type FleetPolicy,
  type PoolId,
  type PoolPolicy,
  unlimitedFleet,
} from '../model/pool.ts'
import type { TickReport } from '../model/report.ts'
import type { Operation, Snapshot } from '../model/snapshot.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import type { Task } from '../model/task.ts'
import type { WorkReading } from '../ports/ci-server.ts'
import { OutsideError } from '../ports/errors.ts'
import { aPool, testStartAt } from '../testing/builders.ts'
import { simpleMatching } from '../testing/simple-matching.ts'
import { makePlan } from './plan.ts'
import type { PlanInput } from './plan-input.ts'

const MINUTE_MS = 60_000

/** What one look shows; everything that is left out is empty, and quiet. */
export interface Scenario {
  readonly pools?: readonly PoolPolicy[]
  readonly agents?: readonly Agent[] | OutsideError
  readonly tasks?: readonly Task[] | OutsideError
  readonly machines?: readonly Machine[] | OutsideError
  readonly standing?: readonly StandingSeen[]
  readonly work?: WorkReading | OutsideError
  readonly paused?: boolean
  readonly pollingSlots?: number
  readonly inFlight?: readonly Operation[]
  /** The machines were listed for the look before. */
  readonly machinesReused?: boolean
  /** How long the process has run and looked at just this. Default: an hour, so that no grace is left. */
  readonly watchedForMs?: number
  readonly caution?: Partial<Caution>
  readonly fleet?: Partial<FleetPolicy>
  readonly orders?: Partial<Orders>
  /** By pool. */
  readonly offerings?: Readonly<Record<string, readonly Offering[]>>
  /** Pools whose cloud keeps names unique. Default: none. */
  readonly repeatable?: readonly PoolId[]
  /** What is remembered besides. */
  readonly remember?: (memory: Memory) => Memory
}

const usualCaution: Caution = {
  graceAfterRestartMs: 5 * MINUTE_MS,
  longestPipelineMs: 120 * MINUTE_MS,
  listLagMs: 2 * MINUTE_MS,
  poweredOffMs: 20_000,
}

/** Plans for a scenario, as after `watchedForMs` of looking at it. */
export function planFor(scenario: Scenario): Plan {
  return reportFor(scenario).plan
}

/** The plan with all that it was made from. */
export function reportFor(scenario: Scenario): Pick<TickReport, 'snapshot' | 'input' | 'plan'> {
  const { pools = [aPool()], watchedForMs = 60 * MINUTE_MS, remember = (memory) => memory } = scenario
  const startedAt = testStartAt - watchedForMs
  const poolOf = (name: string): string | undefined => pools.find(({ id }) => isNameOfPool(name, id))?.id
  const look = (before: Memory, seen: Snapshot): Memory => {
    const memory = observe(before, seen, poolOf)
    return { ...memory, ...observeLeftAlone(memory, seen, { pools, matching: simpleMatching }) }
  }
  let memory = firstMemory(startedAt)
  // Two earlier looks at the same: at the start, and ten seconds ago.
  for (const at of [startedAt, testStartAt - 10_000]) {
    if (at < testStartAt) memory = look(memory, snapshotOf(scenario, pools, at))
  }
  const snapshot = snapshotOf(scenario, pools, testStartAt)
  // All of them were made by this process.
  memory = remember({ ...look(memory, snapshot), strangers: new Map() })
  const caution = { ...usualCaution, ...scenario.caution }
  const input: PlanInput = {
    snapshot,
    memory,
    pools,
    fleet: { ...unlimitedFleet, ...scenario.fleet },
    caution,
    matching: simpleMatching,
    orders: { ...noOrders, ...scenario.orders },
    repeatable: new Set(scenario.repeatable),
  }
  return { snapshot, input, plan: makePlan(input) }
}

/** The plan in words, without its reasons: `launch demand`, `cordon pool-1-agent-a idle` … */
export function steps({ actions }: Pick<Plan, 'actions'>): readonly string[] {
  return actions.map((action) => {
    const name = 'name' in action ? action.name : 'agent' in action ? action.agent?.name : undefined
    return [action.kind, name, action.because].filter(Boolean).join(' ')
  })
}

/** The same with the pools, and what is held back: `small: launch demand`, `small: hold at-max 3` … */
export function stepsByPool({ actions, holds }: Plan): readonly string[] {
  const held = holds.map(({ pool, because, wanted }) => `${pool}: hold ${because} ${wanted ?? ''}`.trim())
  return [
    ...actions.map((action, at) => `${action.pool}: ${steps({ actions: actions.slice(at, at + 1) })[0]}`),
    ...held,
  ]
}

function snapshotOf(scenario: Scenario, pools: readonly PoolPolicy[], takenAt: number): Snapshot {
  const { agents = [], tasks = [], machines = [], work, paused = false, inFlight = [] } = scenario
  const { pollingSlots = Number.POSITIVE_INFINITY } = scenario
  const reading = <T, R>(value: T | OutsideError, wrap: (value: T) => R) =>
    value instanceof OutsideError
      ? ({ ok: false, error: value } as const)
      : ({ ok: true, value: wrap(value) } as const)
  // Earlier looks saw the agents in contact just then too.
  const shiftMs = takenAt - testStartAt
  const then = (agent: Agent): Agent => ({
    ...agent,
    lastContactAt: agent.lastContactAt === undefined ? undefined : agent.lastContactAt + shiftMs,
  })
  return {
    takenAt,
    inFlight,
    streamBrokeAt: undefined,
    machines: new Map(
      pools.map((pool) => [
        pool.id,
        reading(machines, (all) => ({
          machines: all.filter(({ name }) => isNameOfPool(name, pool.id)),
          standing: scenario.standing ?? [],
          offerings: scenario.offerings?.[pool.id] ?? [],
          readAt: takenAt,
          reused: scenario.machinesReused ?? false,
        })),
      ]),
    ),
    agents: reading(agents, (all) => ({ agents: all.map(then), serverNowAt: takenAt })),
    queue: reading(tasks, (all) => ({ tasks: all, paused, pollingSlots })),
    work:
      work === undefined
        ? { ok: true, value: { workingAgentIds: new Set(), runningTaskIds: new Set() } }
        : reading(work, (value) => value),
  }
}
