import type { Money, Orders, TickReport } from '@woodpeckers/autoscaler-core'
import { clip } from '../capacity.ts'
import { Amounts, moneyOf } from '../cost/amounts.ts'
import { msUntilMidnight } from '../cost/day-costs.ts'
import type { CostStatus, OrdersStatus, StatusView } from '../views/status-view.ts'
import { type Counted, hourlyCost, poolStatuses } from './pool-status.ts'
import { taskStatuses } from './task-status.ts'
import type { Unread } from './unread.ts'
import { verdictOf } from './verdict.ts'

const HOUR_MS = 3_600_000

export interface StatusParts extends Counted {
  readonly startedAt: number
  readonly unread: readonly Unread[]
  readonly idleToday: readonly Money[]
}

export function makeStatus(report: TickReport, parts: StatusParts): StatusView {
  const { snapshot, tick, tookMs, plan, input } = report
  return {
    version: 1,
    at: snapshot.takenAt,
    tick,
    startedAt: parts.startedAt,
    tookMs,
    verdict: verdictOf(report, parts.unread),
    ...(plan.queue && { queue: plan.queue }),
    pools: poolStatuses(report, parts),
    holds: plan.holds.map((hold) => ({ ...hold, reason: clip(hold.reason, 500) })),
    ...taskStatuses(report),
    cost: costStatus(report, parts.idleToday),
    orders: ordersStatus(input.orders),
  }
}

function costStatus({ plan, spent, snapshot }: TickReport, idleToday: readonly Money[]): CostStatus {
  const hourly = new Amounts()
  for (const pool of plan.pools) hourly.addAll(hourlyCost(pool))
  const today = moneyOf(spent.day.amounts)
  const projected = new Amounts()
  projected.addAll(today)
  projected.addAll(hourly.list(), msUntilMidnight(snapshot.takenAt) / HOUR_MS)
  return { hourly: hourly.list(), today, projectedToday: projected.list(), idleToday }
}

export function ordersStatus(orders: Orders): OrdersStatus {
  return {
    paused: orders.paused === 'all' ? 'all' : [...orders.paused],
    drainedPools: [...orders.drainedPools],
    drained: [...orders.drained],
    replaced: [...orders.replaced],
    protected: [...orders.protected],
  }
}

/** Before the first look: nothing is known yet. */
export function emptyStatus(startedAt: number): StatusView {
  return {
    version: 1,
    at: startedAt,
    tick: 0,
    startedAt,
    tookMs: 0,
    verdict: { level: 'attention', sentence: 'The first look is under way.' },
    pools: [],
    holds: [],
    tasks: [],
    moreTasks: 0,
    cost: { hourly: [], today: [], projectedToday: [], idleToday: [] },
    orders: { paused: [], drainedPools: [], drained: [], replaced: [], protected: [] },
  }
}
