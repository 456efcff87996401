import { type Context, createContext } from 'preact'
import type { Order } from '../stream/orders.ts'

/** Gives an order and tells what came of it, from anywhere on the page. */
export const GiveOrders: Context<(order: Order) => Promise<void>> = createContext<
  (order: Order) => Promise<void>
>(async () => {})
