import {
  type Agent,
  type Hold,
  type Machine,
  noOrders,
  type Orders,
  type OutsideError,
  type PoolPolicy,
  poolOfName,
  type Task,
  type TickReport,
  unlimitedFleet,
} from '@woodpeckers/autoscaler-core'
import {
  firstMemory,
  type Memory,
  makePlan,
  observe,
  type Snapshot,
} from '@woodpeckers/autoscaler-core/planning'
import { aPool, simpleMatching, testStartAt } from '@woodpeckers/autoscaler-core/testing'

export interface Seen {
  /** Seconds after `testStartAt`. */
  readonly at?: number
  readonly tick?: number
  readonly pools?: readonly PoolPolicy[]
  readonly machines?: readonly Machine[] | OutsideError
  readonly agents?: readonly Agent[] | OutsideError
  readonly tasks?: readonly Task[] | OutsideError
  /** The queue is. */
  readonly paused?: boolean
  readonly orders?: Partial<Orders>
  /** In place of those that the plan has. */
  readonly holds?: readonly Hold[]
  /** Of the report before. Default: a process that has run for an hour. */
  readonly memory?: Memory
}

/** What one look gives, by the real planner. */
export function aReport(seen: Seen = {}): TickReport {
  const {
    at = 0,
    tick = 1,
    pools = [aPool()],
    machines = [],
    agents = [],
    tasks = [],
    paused = false,
    orders,
  } = seen
  const takenAt = testStartAt + at * 1_000
  const listed = Array.isArray(machines) ? machines : []
  const snapshot: Snapshot = {
    takenAt,
    inFlight: [],
    streamBrokeAt: undefined,
    machines: new Map(
      pools.map(({ id }) => [
        id,
        reading(machines, () => ({
          machines: listed.filter(({ name }) => poolOfName(name) === id),
          standing: [],
          offerings: [],
          readAt: takenAt,
          reused: false,
        })),
      ]),
    ),
    agents: reading(agents, (agents) => ({ agents, serverNowAt: takenAt })),
    queue: reading(tasks, (tasks) => ({ tasks, paused, pollingSlots: Number.POSITIVE_INFINITY })),
    work: undefined,
  }
  const made = Array.isArray(agents) ? agents.map(({ name }) => name) : []
  const before = seen.memory ?? { ...firstMemory(testStartAt - 3_600_000), madeNames: new Set(made) }
  const memory = observe(before, snapshot, poolOfName)
  const input = {
    snapshot,
    memory,
    pools,
    fleet: unlimitedFleet,
    caution: {
      graceAfterRestartMs: 0,
      longestPipelineMs: 7_200_000,
      listLagMs: 120_000,
      poweredOffMs: 20_000,
    },
    orders: { ...noOrders, ...orders },
    matching: simpleMatching,
    repeatable: new Set<string>(),
  }
  const plan = makePlan(input)
  return {
    tick,
    snapshot,
    input,
    plan: { ...plan, holds: seen.holds ?? plan.holds },
    spent: memory.spent,
    tookMs: 0,
  }
}

function reading<T extends object, R>(
  value: T | OutsideError,
  wrap: (value: T) => R,
): { readonly ok: true; readonly value: R } | { readonly ok: false; readonly error: OutsideError } {
  return value instanceof Error ? { ok: false, error: value } : { ok: true, value: wrap(value) }
}
