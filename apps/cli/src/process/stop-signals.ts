import type { Surroundings } from '../surroundings.ts'

const NUMBER: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 2, SIGTERM: 15 }

/** What is said at each of the two signals; nothing without it. */
export interface StopWords {
  first?(name: NodeJS.Signals): void
  /** The last chance to say what is left behind. */
  second?(name: NodeJS.Signals): void
}

/** The first SIGTERM or Ctrl-C asks to stop; the second ends the process at once. */
export function stopSignals(
  { onSignal, exit }: Pick<Surroundings, 'onSignal' | 'exit'>,
  words: StopWords,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController()
  const release = onSignal((name) => {
    if (controller.signal.aborted) {
      words.second?.(name)
      return exit(128 + (NUMBER[name] ?? 0))
    }
    words.first?.(name)
    controller.abort(new Error(`stopped by ${name}`))
  })
  return { signal: controller.signal, release }
}
