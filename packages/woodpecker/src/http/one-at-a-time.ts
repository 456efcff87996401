import { Transient } from '@woodpeckers/autoscaler-core'

/** Runs what it is given one after the other, in the order of the calls. */
export type OneAtATime = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>

/**
 * The server's stock SQLite fails parallel writes with "database is locked", so ours queue up here. One that
 * is called off while it waits is never begun.
 */
export function createOneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve()
  return (signal, work) => {
    const mine = last.then(() => {
      if (signal.aborted) throw new Transient('called off before it began', { cause: signal.reason })
      return work()
    })
    last = mine.catch(() => {})
    return mine
  }
}
