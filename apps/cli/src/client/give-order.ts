import { EXIT, refuse } from '../cli.ts'
import type { CommandContext } from '../commands/index.ts'
import type { OrderVerb } from '../running/order.ts'
import { withClient } from './with-client.ts'

interface Answer {
  readonly text: string
  readonly warning?: string
}

/** Gives an order to a running autoscaler, or takes it back. */
export function giveOrder(
  context: CommandContext,
  verb: OrderVerb,
  subject: string,
  isTakenBack: boolean,
): Promise<number> {
  return withClient(context, async (client) => {
    const method = isTakenBack ? 'DELETE' : 'PUT'
    const { text, warning } = await client.ask<Answer>(
      `orders/${verb}/${encodeURIComponent(subject)}`,
      method,
    )
    context.stdout.write(`${text}\n`)
    if (warning !== undefined) context.stderr.write(`${warning}\n`)
    return EXIT.ok
  })
}

/** For the commands that need to be told what they are about. */
export async function giveOrderAbout(
  context: CommandContext,
  verb: OrderVerb,
  what: string,
): Promise<number> {
  const [subject] = context.operands
  if (subject === undefined) return refuse(context, [`${verb} what? Say ${what}: status shows what there is`])
  return giveOrder(context, verb, subject, context.switches['undo'] === true)
}
