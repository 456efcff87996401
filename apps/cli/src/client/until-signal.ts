import type { CommandContext } from '../commands/index.ts'

/** Runs something that goes on until Ctrl-C. */
export async function untilSignal<T>(
  { onSignal }: Pick<CommandContext, 'onSignal'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const release = onSignal(() => stop.abort(new Error('stopped')))
  try {
    return await work(stop.signal)
  } finally {
    stop.abort(new Error('ended'))
    release()
  }
}
