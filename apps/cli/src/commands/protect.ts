import { giveOrderAbout } from '../client/give-order.ts'
import type { CommandContext } from './index.ts'

/** The machine is neither cordoned nor ended; `--undo` takes it back. */
export function protect(context: CommandContext): Promise<number> {
  return giveOrderAbout(context, 'protect', 'the name of a machine')
}
