import { nameOf } from '../model/action-name.ts'
import type { Orders } from '../model/orders.ts'
import type { Action, Cordon, Hold, Plan } from '../model/plan.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import { hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'

export function isPaused({ paused }: Orders, pool: PoolId): boolean {
  return paused === 'all' || paused.has(pool)
}

/** The pool on its way out: nothing is started in it, and each agent is drained as it is above the maximum. */
export function drainedPolicy(policy: PoolPolicy): PoolPolicy {
  return {
    ...policy,
    min: 0,
    max: 0,
    idleTimeoutMs: 0,
    parked: { max: 0, forMs: 0 },
    keepFailed: 0,
    buffer: { slots: 0 },
    schedules: [],
    packing: false,
    maxAgeMs: Number.POSITIVE_INFINITY,
    madeFrom: undefined,
    isDrained: true,
  }
}

export function isToGo({ name }: Pick<Member, 'name'>, { drained, replaced }: Orders): boolean {
  return drained.has(name) || replaced.has(name)
}

/** Those that are to go whether they are needed or not. */
export function cordonAsked({ members }: PoolMembers, { orders }: PlanInput): readonly Cordon[] {
  return members.flatMap(({ pool, name, agent, connected, operation }) => {
    if (!orders.drained.has(name) || orders.protected.has(name)) return []
    if (!agent || agent.cordoned || !connected || operation) return []
    const reason = 'an order drains it'
    return [{ kind: 'cordon', pool: pool.id, agent, because: 'asked', reason, round: 'first' }]
  })
}

/** What people have asked for comes before everything else: what they hold on to is not touched. */
export function obeyOrders(
  actions: readonly Action[],
  pools: readonly PoolMembers[],
  { orders }: PlanInput,
): { readonly actions: readonly Action[]; readonly holds: readonly Hold[] } {
  const holds: Hold[] = []
  if (orders.protected.size > 0)
    for (const { members, standing } of pools)
      for (const member of [...members, ...standing])
        if (orders.protected.has(member.name))
          holds.push(hold(member, 'protected', 'somebody protects it: it is neither cordoned nor ended'))
  for (const { pool } of pools) {
    if (!isPaused(orders, pool.id)) continue
    const reason = 'somebody has paused it: nothing is launched, cordoned or ended until it is resumed'
    holds.push({ kind: 'hold', pool: pool.id, because: 'pool-paused', reason })
  }
  const isAllowed = (action: Action): boolean =>
    !isPaused(orders, action.pool) && !isOfProtected(action, orders)
  return { actions: actions.filter(isAllowed), holds }
}

function isOfProtected(action: Action, orders: Orders): boolean {
  const isCalledBack = action.kind === 'uncordon' || action.kind === 'start'
  return !isCalledBack && orders.protected.has(nameOf(action) ?? '')
}

/** Without what was asked of machines that are gone since, and of pools that are. */
export function ordersThatStand(orders: Orders, { pools }: Pick<Plan, 'pools'>, isWhole: boolean): Orders {
  if (!isWhole) return orders
  const ids = new Set(pools.map(({ id }) => id))
  const names = new Set(pools.flatMap(({ members }) => members.map(({ name }) => name)))
  return {
    paused: orders.paused === 'all' ? 'all' : orders.paused.intersection(ids),
    drainedPools: orders.drainedPools.intersection(ids),
    drained: orders.drained.intersection(names),
    replaced: orders.replaced.intersection(names),
    protected: orders.protected.intersection(names),
  }
}
