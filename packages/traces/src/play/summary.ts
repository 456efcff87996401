import type { Money } from '@woodpeckers/autoscaler-core'
import type { Stretch } from '../world/lean-agent.ts'
import type { LeanWorld } from '../world/lean-world.ts'
import { busiestHour, mostAtOnce, waitedMs } from './busiest-hour.ts'
import type { MachineLine, PoolResult, TraceResult } from './trace-result.ts'
import type { TracePool } from './trace-settings.ts'
import { waitingTimes } from './waiting-times.ts'

const HOUR_MS = 3_600_000

type Told = Pick<
  TraceResult,
  | 'jobs'
  | 'waiting'
  | 'cost'
  | 'machineHours'
  | 'utilisation'
  | 'busiestHour'
  | 'launches'
  | 'mostMachines'
  | 'pools'
  | 'machines'
>

/** What a world that was lived through came to, up to a moment. */
export function summarize(world: LeanWorld, nowAt: number): Told {
  const { jobs, unmatched, queue } = world
  const pools = world.pools.map((pool, at) => playedPool(world, pool, at, nowAt))
  const started = jobs.filter(({ startedAt }) => startedAt !== undefined)
  const sum = (figure: (pool: PlayedPool) => number): number =>
    pools.reduce((total, pool) => total + figure(pool), 0)
  const neverStarted = queue.pending.size + queue.waiting.size
  return {
    jobs: {
      arrived: jobs.length + unmatched,
      started: started.length,
      done: started.length - queue.running.size,
      unmatched,
      neverStarted,
    },
    waiting: waitingTimes(started.map(waitedMs)),
    cost: addUp(pools.map(({ result }) => result.cost)),
    machineHours: sum(({ paidMs }) => paidMs) / HOUR_MS,
    utilisation: share(
      sum(({ workedMs }) => workedMs),
      sum(({ slotMs }) => slotMs),
    ),
    busiestHour: busiestHour(started, world),
    launches: sum(({ result }) => result.launches),
    mostMachines: mostAtOnce(
      pools.flatMap(({ machines }) => machines),
      0,
      Number.POSITIVE_INFINITY,
    ),
    pools: pools.map(({ result }) => result),
    machines: pools
      .flatMap(({ machines }) => machines)
      .sort((one, other) => one.createdMs - other.createdMs || (one.name < other.name ? -1 : 1)),
  }
}

interface PlayedPool {
  readonly result: PoolResult
  readonly machines: readonly MachineLine[]
  readonly paidMs: number
  readonly slotMs: number
  readonly workedMs: number
}

function playedPool(world: LeanWorld, pool: TracePool, at: number, nowAt: number): PlayedPool {
  const { startAt } = world
  const { id, workflowsPerAgent } = pool.policy
  const books = world.clouds[at]!.books
  const since = ([fromAt, toAt]: Stretch): Stretch => [fromAt - startAt, Math.min(toAt, nowAt) - startAt]
  let paidMs = 0
  let workedMs = 0
  const machines = books.map(({ name, createdAt, endedAt, paid }): MachineLine => {
    const agent = world.agentsOfAllTime.get(name)
    paidMs += lengthOf(paid, nowAt)
    workedMs += agent?.workedMs ?? 0
    return {
      name,
      pool: id,
      createdMs: createdAt - startAt,
      connectedMs: agent?.firstRegisteredAt === undefined ? undefined : agent.firstRegisteredAt - startAt,
      busy: (agent?.busy ?? []).map(since),
      paid: paid.map(since),
      cordoned: (agent?.cordons ?? []).map(since),
      endedMs: endedAt === undefined ? undefined : endedAt - startAt,
      cost: costOf(paid, pool, nowAt),
    }
  })
  const slotMs = paidMs * workflowsPerAgent
  const result: PoolResult = {
    id,
    cost:
      pool.hourlyPrice &&
      addUp([{ ...pool.hourlyPrice, amount: 0 }, ...machines.map(({ cost }) => cost)])?.[0],
    machineHours: paidMs / HOUR_MS,
    utilisation: share(workedMs, slotMs),
    launches: machines.length,
    mostMachines: mostAtOnce(machines, 0, Number.POSITIVE_INFINITY),
  }
  return { result, machines, paidMs, slotMs, workedMs }
}

/** By the second, or each hour that was begun. */
function costOf(
  paid: readonly Stretch[],
  { policy, hourlyPrice }: TracePool,
  nowAt: number,
): Money | undefined {
  if (!hourlyPrice) return undefined
  const hours = paid.map((stretch) => lengthOf([stretch], nowAt) / HOUR_MS)
  const billed = policy.billing === 'hour' ? hours.map((each) => Math.max(1, Math.ceil(each))) : hours
  const amount = hourlyPrice.amount * billed.reduce((total, each) => total + each, 0)
  return { amount, currency: hourlyPrice.currency }
}

function lengthOf(stretches: readonly Stretch[], nowAt: number): number {
  return stretches.reduce((total, [fromAt, toAt]) => total + Math.min(toAt, nowAt) - fromAt, 0)
}

/** One sum for each currency: amounts of different ones are never added up. One that is unknown makes all so. */
function addUp(amounts: readonly (Money | undefined)[]): readonly Money[] | undefined {
  const byCurrency = new Map<string, number>()
  for (const money of amounts) {
    if (!money) return undefined
    byCurrency.set(money.currency, (byCurrency.get(money.currency) ?? 0) + money.amount)
  }
  return [...byCurrency].map(([currency, amount]) => ({ amount, currency }))
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
