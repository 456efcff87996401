import { giveOrder } from '../client/give-order.ts'
import type { CommandContext } from './index.ts'

/** Nothing of the pool, or of all, is launched, started, cordoned or ended, until `resume`. */
export function pause(context: CommandContext): Promise<number> {
  return giveOrder(context, 'pause', context.operands[0] ?? 'all', false)
}
