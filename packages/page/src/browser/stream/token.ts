import { keptIn } from '../kept.ts'

const KEY = 'autoscaler-token'

/** Where the token is kept for this tab alone. */
export interface TokenStore {
  readonly read: () => string | undefined
  readonly keep: (token: string) => void
}

/** Where the browser keeps nothing, the page knows the token as long as it is open. */
export function tokenStore(storage: Parameters<typeof keptIn>[0]): TokenStore {
  const kept = keptIn(storage)
  return { read: () => kept.read(KEY), keep: (token) => kept.keep(KEY, token) }
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
