import type { Surroundings } from '../surroundings.ts'

const NUMBER: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 2, SIGTERM: 15 }

/** What is said at each of the two signals; nothing without it. */
export interface StopWords {
  first?(name: NodeJS.Signals): void
  /** The last chance to say what is left behind. */
  second?(name: NodeJS.Signals): void
  /** A terminal that closes asks too, where something must not be left behind. */
  readonly atHangUp?: boolean
}

/** The first SIGTERM or Ctrl-C asks to stop; the second ends the process at once. */
export function stopSignals(
  { onSignal, onHangUp, exit }: Pick<Surroundings, 'onSignal' | 'onHangUp' | 'exit'>,
  words: StopWords,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController()
  const ask = (name: NodeJS.Signals): void => {
    words.first?.(name)
    controller.abort(new Error(`stopped by ${name}`))
  }
  const release = onSignal((name) => {
    if (!controller.signal.aborted) return ask(name)
    words.second?.(name)
    exit(128 + (NUMBER[name] ?? 0))
  })
  // It may be told more than once, which is no second word of anybody.
  const releaseHangUp = words.atHangUp
    ? onHangUp(() => {
        if (!controller.signal.aborted) ask('SIGHUP')
      })
    : () => {}
  return {
    signal: controller.signal,
    release: () => {
      release()
      releaseHangUp()
    },
  }
}
