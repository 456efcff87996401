import { hasNewPools, type LiveData, type Message, mergeMessage } from '../state/live-data.ts'
import type { System } from '../system.ts'
import { type Api, Refused } from './api.ts'
import { readMessages } from './read-messages.ts'

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** `why`: in a few words. */
  | { readonly kind: 'lost'; readonly why: string; readonly retryAt: number }
  /** It wants a token, or another one; it is not asked again before one is given. */
  | { readonly kind: 'locked' }

export interface FollowOptions {
  readonly api: Api
  readonly system: System
  readonly signal: AbortSignal
  readonly onData: (change: (data: LiveData) => LiveData) => void
  readonly onConnection: (connection: Connection) => void
  /** Aborts a wait for the next try: the page was looked at again, or the network is back. */
  readonly hurry: () => AbortSignal
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** The server says something every 15 s, a tick or not. */
const SILENCE_MS = 45_000

/** Keeps what the page knows up to date, through breaks, until the signal aborts or the server wants a token. */
export async function follow(options: FollowOptions): Promise<void> {
  const { system, signal, onConnection } = options
  let failures = 0
  while (!signal.aborted) {
    const error = await followOnce(options, () => {
      failures = 0
    })
    if (signal.aborted) return
    if (error instanceof Refused && error.status === 401) {
      onConnection({ kind: 'locked' })
      return
    }
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures)
    // Pages that lost the same server do not come back all at once.
    const waitMs = longest * (0.5 + system.chance() / 2)
    failures += 1
    onConnection({ kind: 'lost', why: inWords(error), retryAt: system.now() + waitMs })
    await system.sleep(waitMs, AbortSignal.any([signal, options.hurry()]))
  }
}

/** One connection from its beginning to its end; answers why it ended. */
async function followOnce(options: FollowOptions, onLive: () => void): Promise<unknown> {
  const { api, system, onData, onConnection } = options
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, ended.signal])
  let aliveAt = system.now()
  const endWatch = system.every(SILENCE_MS / 3, () => {
    if (system.now() - aliveAt > SILENCE_MS) ended.abort(new Error('it has gone silent'))
  })
  try {
    // The stream first: what happens while the rest is read is in it.
    const stream = await api.stream(signal).catch(unlessFull)
    const [status, history, { events }] = await Promise.all([
      api.status(signal),
      api.history(signal),
      api.events(signal),
    ])
    onData(() => ({ status, history, events, receivedAt: system.now() }))
    if (stream instanceof Refused) return stream
    onConnection({ kind: 'live' })
    onLive()
    for await (const message of readMessages(stream, () => {
      aliveAt = system.now()
    })) {
      await take(options, message, signal)
    }
    return new Error('the connection was closed')
  } catch (error) {
    return ended.signal.aborted ? ended.signal.reason : error
  } finally {
    endWatch()
    ended.abort()
  }
}

/** As many follow as may: what is so now can be read all the same, again with each try. */
function unlessFull(error: unknown): Refused {
  if (error instanceof Refused && error.status === 503) return error
  throw error
}

async function take(
  { api, system, onData }: FollowOptions,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  let isBehind = false
  onData((data) => {
    isBehind = hasNewPools(data, message)
    return isBehind ? data : mergeMessage(data, message, system.now())
  })
  if (!isBehind) return
  const history = await api.history(signal)
  onData((data) => ({ ...data, history, receivedAt: system.now() }))
}

function inWords(error: unknown): string {
  // What `fetch` says of a server that is not there differs between browsers, and helps nobody.
  if (error instanceof TypeError) return 'the autoscaler cannot be reached'
  return error instanceof Error ? error.message : String(error)
}
