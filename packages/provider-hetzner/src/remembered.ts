import type { CallOptions, Clock } from '@woodpeckers/autoscaler-core'

export interface RememberedOptions {
  readonly clock: Clock
  /** How long a reading is as good as a new one. */
  readonly forMs: number
}

export interface Reader<T> {
  readonly read: (call: CallOptions) => Promise<T>
  /** Told when a reading failed, and the last one goes on to count. */
  readonly onStale: (error: unknown) => void
}

/** Answers what is remembered, or else what this one reads. */
export type Remembered<T> = (reader: Reader<T>) => Promise<T>

/** A reading that is shared by all who ask at the same time, and kept for a while. */
export function remembered<T>({ clock, forMs }: RememberedOptions): Remembered<T> {
  let last: { readonly value: T; readonly readAt: number } | undefined
  let reading: Promise<T> | undefined

  async function readNow({ read, onStale }: Reader<T>): Promise<T> {
    try {
      // It is read for everybody, so no single caller calls it off; each request has its deadline.
      const value = await read({ signal: new AbortController().signal })
      last = { value, readAt: clock.monotonic() }
      return value
    } catch (error) {
      if (!last) throw error
      onStale(error)
      // Not again for each one who asks.
      last = { value: last.value, readAt: clock.monotonic() }
      return last.value
    } finally {
      reading = undefined
    }
  }

  return async (reader) => {
    if (last && clock.monotonic() - last.readAt < forMs) return last.value
    reading ??= readNow(reader)
    return reading
  }
}
