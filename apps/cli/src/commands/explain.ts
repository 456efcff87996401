import type { Explanation } from '@woodpeckers/autoscaler-core'
import { EXIT, refuse } from '../cli.ts'
import { renderExplanation } from '../client/explanation-text.ts'
import { withClient } from '../client/with-client.ts'
import { styleFor } from '../terminal/style.ts'
import type { CommandContext } from './index.ts'

interface Answer {
  readonly at: number
  readonly explanations: readonly Explanation[]
  readonly more: number
}

/** Why a job waits, or who runs it. Exit 1 where the queue has none that is meant. */
export async function explain(context: CommandContext): Promise<number> {
  const { stdout, stderr, env, switches, operands } = context
  const what = operands.join(' ').trim()
  if (what === '') {
    return refuse(context, [
      'explain what? A pipeline’s number, repo#number, the id of a task, or a part of its title',
    ])
  }
  return withClient(context, async (client) => {
    const answer = await client.ask<Answer>(`explain?task=${encodeURIComponent(what)}`)
    const { explanations, more, at } = answer
    if (switches['json'] === true) stdout.write(`${JSON.stringify(explanations, undefined, 2)}\n`)
    else {
      const style = styleFor(stdout, env)
      stdout.write(explanations.map((one) => renderExplanation(one, at, style)).join('\n'))
      if (more > 0) stdout.write(`\nand ${more} more; say it more closely\n`)
    }
    if (explanations.length > 0) return EXIT.ok
    stderr.write(`the queue has no task that is ${JSON.stringify(what)}, or has it in its title\n`)
    return EXIT.failed
  })
}
