import { effect } from '@preact/signals'
import { render } from 'preact'
import { clip } from './format/clip.ts'
import { Page } from './page.tsx'
import { faviconOf } from './parts/icons.tsx'
import { createPageState, type PageState } from './state/page-state.ts'
import { createApi, type Fetch } from './stream/api.ts'
import { follow } from './stream/follow.ts'
import { createOrders } from './stream/orders.ts'
import { takeToken, tokenStore } from './stream/token.ts'
import { browserSystem as system } from './system.ts'

const TITLE_LENGTH = 80

/** The live page: asks, shows, and goes on. */
export function startPage(root: HTMLElement): void {
  const store = tokenStore(() => sessionStorage)
  let token = takeToken(location, history, store)
  const state = createPageState(system.now())
  const ask: Fetch = (path, init) => fetch(path, init)
  const api = createApi(() => token, ask, system)
  let hurry = new AbortController()
  const retry = (): void => {
    hurry.abort()
    hurry = new AbortController()
  }
  const start = (): Promise<void> =>
    follow({
      api,
      system,
      signal: new AbortController().signal,
      onData: (change) => {
        state.data.value = change(state.data.value)
      },
      onConnection: (connection) => {
        state.connection.value = connection
      },
      hurry: () => hurry.signal,
    })
  system.every(1000, () => {
    state.clock.value = system.now()
  })
  addEventListener('online', retry)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) retry()
  })
  showInTab(state)
  render(
    <Page
      state={state}
      api={api}
      giveOrder={createOrders(() => token, ask)}
      onRetry={retry}
      onToken={(given) => {
        token = given
        store.keep(given)
        state.connection.value = { kind: 'connecting' }
        void start()
      }}
    />,
    root,
  )
  void start()
}

/** The verdict as title and icon of the tab: it can be seen from another one. */
function showInTab({ data, connection }: PageState): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  effect(() => {
    const verdict = data.value.status?.verdict
    const isLive = connection.value.kind === 'live'
    const sentence = verdict ? clip(verdict.sentence, TITLE_LENGTH).shown.replace(/\.$/, '') : 'Autoscaler'
    const said = isLive || !verdict ? sentence : `Disconnected: ${sentence}`
    document.title = verdict ? `${said} – autoscaler` : said
    if (icon) icon.href = faviconOf(isLive && verdict ? verdict.level : 'lost')
  })
}
