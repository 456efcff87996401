import type { EventView } from '@woodpeckers/autoscaler-observer'
import { EXIT, refuse } from '../cli.ts'
import { eventLine } from '../client/event-text.ts'
import { follow } from '../client/follow.ts'
import { untilSignal } from '../client/until-signal.ts'
import { withClient } from '../client/with-client.ts'
import { styleFor } from '../terminal/style.ts'
import type { CommandContext } from './index.ts'

const LIMIT = { usual: '50', most: 1_000 } as const

/** The latest decisions with their reasons, and what came of them; with `--follow` also those to come, until Ctrl-C. */
export async function events(context: CommandContext): Promise<number> {
  const { stdout, env, clock, switches } = context
  const given = switches['limit'] ?? LIMIT.usual
  const limit = /^\d{1,4}$/.test(String(given)) ? Number(given) : 0
  if (limit < 1 || limit > LIMIT.most) {
    return refuse(context, [`--limit is ${JSON.stringify(given)}: must be a number from 1 to ${LIMIT.most}`])
  }
  const style = styleFor(stdout, env)
  const print = (events: readonly EventView[]) => {
    const lines = events.map((event) =>
      switches['json'] === true ? JSON.stringify(event) : eventLine(event, style),
    )
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
  }
  return withClient(context, async (client) => {
    const known = await client.ask<{ readonly events: readonly EventView[] }>(`events?limit=${limit}`)
    print(known.events)
    if (switches['follow'] !== true) return EXIT.ok
    return untilSignal(context, async (signal) => {
      for await (const message of follow(client, clock, signal, known.events.at(-1)?.seq ?? 0)) {
        if (message.kind === 'events') print(message.events)
        if (message.kind === 'lost') context.stderr.write(`not heard any more: ${message.why}\n`)
      }
      return EXIT.ok
    })
  })
}
