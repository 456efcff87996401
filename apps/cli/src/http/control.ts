import type { Order } from '../running/order.ts'
import type { OrderAnswer } from '../running/order-book.ts'
import type { LogLevel } from '../settings/cli-schema.ts'

/** What can be told to a running autoscaler. */
export interface Control {
  give(order: Order): OrderAnswer
  /** Looks soon. */
  wake(): void
  readonly logLevel: LogLevel
  setLogLevel(level: LogLevel, by: string): void
}
