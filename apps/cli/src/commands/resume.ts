import { giveOrder } from '../client/give-order.ts'
import type { CommandContext } from './index.ts'

/** Takes `pause` back: of the pool, or of all. */
export function resume(context: CommandContext): Promise<number> {
  return giveOrder(context, 'pause', context.operands[0] ?? 'all', true)
}
