import type { Log } from '@woodpeckers/autoscaler-core'
import type { Surroundings } from '../surroundings.ts'

const NUMBER: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 2, SIGTERM: 15 }

/** The first SIGTERM or Ctrl-C asks to stop after the running tick; the second ends the process at once. */
export function stopSignals(
  { onSignal, exit }: Pick<Surroundings, 'onSignal' | 'exit'>,
  log: Log,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController()
  const release = onSignal((name) => {
    if (controller.signal.aborted) return exit(128 + (NUMBER[name] ?? 0))
    log.info({ signal: name }, 'stopping after the running tick; once more to stop at once')
    controller.abort(new Error(`stopped by ${name}`))
  })
  return { signal: controller.signal, release }
}
