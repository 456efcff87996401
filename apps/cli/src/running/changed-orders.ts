import type { Orders, PoolId } from '@woodpeckers/autoscaler-core'
import type { Order } from './order.ts'

/** What is asked for then; `undefined`: it is so already. */
export function changedOrders(
  orders: Orders,
  order: Order,
  isPool: boolean,
  pools: readonly PoolId[],
): Orders | undefined {
  const { verb, subject, isTakenBack } = order
  const sets = { drain: 'drained', replace: 'replaced', protect: 'protected' } as const
  if (verb === 'pause') {
    const paused = pausedBy(orders.paused, subject, isTakenBack, pools)
    return paused && { ...orders, paused }
  }
  const key = isPool ? 'drainedPools' : sets[verb]
  if (orders[key].has(subject) !== isTakenBack) return undefined
  const one = new Set([subject])
  const next = isTakenBack ? orders[key].difference(one) : orders[key].union(one)
  if (isPool || isTakenBack) return { ...orders, [key]: next }
  // Of what is to become of a machine only the last word counts.
  const others = {
    drained: orders.drained.difference(one),
    replaced: orders.replaced.difference(one),
    protected: orders.protected.difference(one),
  }
  return { ...orders, ...others, [key]: next }
}

function pausedBy(
  paused: Orders['paused'],
  subject: string,
  isTakenBack: boolean,
  pools: readonly PoolId[],
): Orders['paused'] | undefined {
  const one = new Set([subject])
  if (subject === 'all') {
    if (!isTakenBack) return paused === 'all' ? undefined : 'all'
    return paused !== 'all' && paused.size === 0 ? undefined : new Set()
  }
  // All but one of all: those that there are now.
  if (paused === 'all') return isTakenBack ? new Set(pools).difference(one) : undefined
  if (paused.has(subject) !== isTakenBack) return undefined
  return isTakenBack ? paused.difference(one) : new Set([...paused, subject])
}
