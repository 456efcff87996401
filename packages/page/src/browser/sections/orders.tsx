import type { OrdersStatus } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { clip } from '../format/clip.ts'
import { Clipped } from '../parts/clipped.tsx'
import { More } from '../parts/more.tsx'
import { OrderButton } from '../parts/order-button.tsx'
import { standingOrders } from './standing-orders.ts'

/** What people have asked for, and what stands until they take it back. */
export function Orders({ orders }: { readonly orders: OrdersStatus }): VNode | null {
  const standing = standingOrders(orders)
  if (standing.length === 0) return null
  return (
    <More items={standing} first={5} what="orders">
      {(shown, button) => (
        <>
          <ul class="orders" aria-label="Orders that stand">
            {shown.map(({ verb, subject, words }) => (
              <li key={`${verb} ${words} ${subject}`}>
                <span>
                  {words}: {subject === 'all' ? 'all pools' : <Clipped text={subject} most={60} />}
                </span>
                <OrderButton
                  order={{ verb, subject, isTakenBack: true }}
                  word="Take back"
                  about={`${words}: ${clip(subject, 60).shown}`}
                />
              </li>
            ))}
          </ul>
          {button}
        </>
      )}
    </More>
  )
}
