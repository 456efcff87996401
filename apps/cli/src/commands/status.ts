import type { StatusView } from '@woodpeckers/autoscaler-observer'
import { EXIT } from '../cli.ts'
import type { Client } from '../client/client.ts'
import { fitScreen } from '../client/fit-screen.ts'
import { follow } from '../client/follow.ts'
import { renderStatus } from '../client/status-text.ts'
import { untilSignal } from '../client/until-signal.ts'
import { withClient } from '../client/with-client.ts'
import { showLive } from '../demo/live-screen.ts'
import { styleFor } from '../terminal/style.ts'
import type { CommandContext } from './index.ts'

/** How things stand at a running autoscaler; with `--watch` until Ctrl-C: drawn over on a terminal, elsewhere anew. */
export function status(context: CommandContext): Promise<number> {
  const { stdout, env, switches } = context
  return withClient(context, async (client) => {
    if (switches['watch'] === true) return watch(context, client)
    const view = await client.ask<StatusView>('status')
    const asJson = switches['json'] === true
    stdout.write(
      asJson ? `${JSON.stringify(view, undefined, 2)}\n` : renderStatus(view, styleFor(stdout, env)),
    )
    return EXIT.ok
  })
}

function watch(context: CommandContext, client: Client): Promise<number> {
  const { stdout, env, clock, switches } = context
  const asJson = switches['json'] === true
  const style = styleFor(stdout, env)
  const isLive = stdout.isTTY === true && !asJson
  return untilSignal(context, async (signal) => {
    let lines: readonly string[] = ['asking …']
    const draw = () => fitScreen(lines, { columns: stdout.columns || 80, rows: stdout.rows || 24 })
    const over = new AbortController()
    const screen = isLive ? showLive(stdout, clock, draw, AbortSignal.any([signal, over.signal])) : undefined
    try {
      for await (const message of follow(client, clock, signal)) {
        if (message.kind === 'lost') {
          if (isLive) lines = [style.bad(`not heard any more: ${message.why}`), '', ...lines]
          else context.stderr.write(`not heard any more: ${message.why}\n`)
        } else if (message.kind === 'status') {
          const text = asJson ? `${JSON.stringify(message.status)}\n` : renderStatus(message.status, style)
          if (isLive) lines = text.trimEnd().split('\n')
          else stdout.write(asJson ? text : `${text}\n`)
        }
      }
    } finally {
      over.abort()
      await screen
    }
    return EXIT.ok
  })
}
