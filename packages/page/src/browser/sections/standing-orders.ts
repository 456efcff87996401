import type { OrdersStatus } from '@woodpeckers/autoscaler-observer'
import type { Order } from '../stream/orders.ts'

/** An order that stands. */
export interface StandingOrder {
  readonly verb: Order['verb']
  readonly subject: string
  /** What it does, as in “Draining pool”. */
  readonly words: string
}

/** One after the other, as they can be taken back. */
export function standingOrders(orders: OrdersStatus): readonly StandingOrder[] {
  const { paused, drainedPools, drained, replaced, protected: kept } = orders
  const all = (verb: Order['verb'], words: string, subjects: readonly string[]): readonly StandingOrder[] =>
    subjects.map((subject) => ({ verb, subject, words }))
  return [
    ...all('pause', 'Paused', paused === 'all' ? ['all'] : paused),
    ...all('drain', 'Draining pool', drainedPools),
    ...all('drain', 'Draining', drained),
    ...all('replace', 'Replacing', replaced),
    ...all('protect', 'Protected', kept),
  ]
}
