const KEY = 'autoscaler-token'

/** The token that `#token=` in the address gave, kept for this tab alone and taken out of the address bar. */
export function takeToken(location: Location, history: History, store: Storage): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given) {
    keepToken(given, store)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return given ?? store.getItem(KEY) ?? undefined
}

export function keepToken(token: string, store: Storage): void {
  store.setItem(KEY, token)
}
