import { giveOrderAbout } from '../client/give-order.ts'
import type { CommandContext } from './index.ts'

/** The machine is drained and ended, another is made first where it is needed; `--undo` takes it back. */
export function replace(context: CommandContext): Promise<number> {
  return giveOrderAbout(context, 'replace', 'the name of a machine')
}
