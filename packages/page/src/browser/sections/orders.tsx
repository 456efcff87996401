import type { OrdersStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { clip } from '../format/clip.ts'

/** What people have asked for, and what stands until they take it back. */
export function Orders({ orders }: { readonly orders: OrdersStatus }): VNode | null {
  const sentences = orderSentences(orders)
  if (sentences.length === 0) return null
  return (
    <ul class="orders" aria-label="Orders that stand">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}

export function orderSentences(orders: OrdersStatus): readonly string[] {
  const { paused, drainedPools, drained, replaced, protected: kept } = orders
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['Paused', paused === 'all' ? ['all pools'] : paused],
    ['Draining pool', drainedPools],
    ['Draining', drained],
    ['Replacing', replaced],
    ['Protected', kept],
  ]
  return lists.filter(([, names]) => names.length > 0).map(([word, names]) => `${word}: ${listed(names)}`)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => clip(name, 60).shown)
  const hidden = names.length - shown.length
  return hidden > 0 ? `${shown.join(', ')} and ${hidden} more` : shown.join(', ')
}
