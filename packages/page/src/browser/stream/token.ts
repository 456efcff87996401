const KEY = 'autoscaler-token'

/** Where the token is kept for this tab alone. */
export interface TokenStore {
  readonly read: () => string | undefined
  readonly keep: (token: string) => void
}

/** A browser may keep nothing, and says so by throwing: then the page knows the token as long as it is open. */
export function tokenStore(storage: () => Pick<Storage, 'getItem' | 'setItem'>): TokenStore {
  return {
    read: () => {
      try {
        return storage().getItem(KEY) ?? undefined
      } catch {
        return undefined
      }
    },
    keep: (token) => {
      try {
        storage().setItem(KEY, token)
      } catch {}
    },
  }
}

/** Whether it can be sent at all: in a header there is room for ASCII without spaces. */
export function isToken(text: string): boolean {
  return /^[!-~]+$/.test(text)
}

/** The token that `#token=` in the address gave, kept and taken out of the address bar. */
export function takeToken(location: Location, history: History, store: TokenStore): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')?.trim()
  if (given) history.replaceState(null, '', location.pathname + location.search)
  if (given && isToken(given)) {
    store.keep(given)
    return given
  }
  const kept = store.read()
  return kept !== undefined && isToken(kept) ? kept : undefined
}
