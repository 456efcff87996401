/** A few words that the browser keeps. */
export interface Kept {
  readonly read: (key: string) => string | undefined
  readonly keep: (key: string, value: string) => void
}

/** A browser may keep nothing, and says so by throwing: then all goes on without. */
export function keptIn(storage: () => Pick<Storage, 'getItem' | 'setItem'>): Kept {
  return {
    read: (key) => {
      try {
        return storage().getItem(key) ?? undefined
      } catch {
        return undefined
      }
    },
    keep: (key, value) => {
      try {
        storage().setItem(key, value)
      } catch {}
    },
  }
}
