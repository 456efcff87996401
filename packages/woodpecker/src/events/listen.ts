import { type Clock, type Log, type Random, type ServerSignal, sleep } from '@woodpeckers/autoscaler-core'
import type { Fetch } from '@woodpeckers/autoscaler-http'
import { assertEventStream, NoEvents, readEventStream } from './event-stream.ts'

export interface ListenOptions {
  readonly fetch: Fetch
  readonly url: string
  readonly token: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** For the head of the answer. */
  readonly deadlineMs: number
}

/** The start of a pipeline is published before its tasks are in the queue: 2 to 20 ms on a real server. */
const SETTLE_MS = 300
const LEAST_SETTLE_MS = 200
/** The server writes at least a comment each 30 s; two and a half of them missing is a dead connection. */
const SILENCE_MS = 75_000
/** Which repositories a stream is about is fixed when it begins, so now and then another one is begun. */
const RENEW_MS = 30 * 60_000
/** Where the answer is no stream: after so long it is asked for again, then after twice as long, and so on. */
const FIRST_MISSING_MS = 60_000
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 30_000

/** How a stream ended: by our own plan, or broken. */
type Ending = 'renew' | 'broken'

/** Listens to the server's events until the signal aborts. Events only hint: what they say is not read. */
export async function listen(
  options: ListenOptions,
  onSignal: (signal: ServerSignal) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, log } = options
  const tell = (what: ServerSignal) => {
    if (!signal.aborted) onSignal(what)
  }
  const changed = settled(clock, () => tell('changed'), signal)
  let connected = false
  let failures = 0
  let missing = 0
  const onConnected = () => {
    connected = true
    failures = 0
    missing = 0
    tell('connected')
  }
  const onBroken = () => {
    if (connected) tell('broken')
    connected = false
  }
  while (!signal.aborted) {
    let waitMs = 0
    try {
      const ending = await follow(options, { onConnected, onEvent: changed }, signal)
      if (ending === 'broken') {
        onBroken()
        waitMs = backOff(failures++, random)
      }
    } catch (thrown) {
      if (signal.aborted) break
      onBroken()
      const isMissing = thrown instanceof NoEvents
      // A page of a proxy looks the same for a moment: not given up for long at once.
      waitMs = isMissing ? Math.min(FIRST_MISSING_MS * 2 ** missing++, RENEW_MS) : backOff(failures++, random)
      const fields = { error: thrown instanceof Error ? thrown.message : String(thrown), retryInMs: waitMs }
      if (missing === 1) log.info(fields, 'the server has no stream of events: polling alone')
      else log.debug(fields, 'the stream of events did not come')
    }
    if (waitMs > 0) await sleep(clock, waitMs, signal).catch(() => {})
  }
}

interface Follower {
  readonly onConnected: () => void
  readonly onEvent: () => void
}

/** One connection, from its request to its end; rejects when it does not come about. */
async function follow(options: ListenOptions, follower: Follower, signal: AbortSignal): Promise<Ending> {
  const { clock, deadlineMs } = options
  const connection = new AbortController()
  const end = () => connection.abort()
  signal.addEventListener('abort', end, { once: true })
  let stopWatch = clock.startTimer(deadlineMs, end)
  let stopRenewal = () => {}
  let ending: Ending = 'broken'
  const rewind = () => {
    stopWatch()
    stopWatch = clock.startTimer(SILENCE_MS, end)
  }
  try {
    const response = await options.fetch(options.url, {
      method: 'GET',
      headers: { accept: 'text/event-stream', authorization: `Bearer ${options.token}` },
      signal: connection.signal,
      redirect: 'manual',
    })
    assertEventStream(response)
    rewind()
    stopRenewal = clock.startTimer(RENEW_MS, () => {
      ending = 'renew'
      end()
    })
    follower.onConnected()
    await readEventStream(response, { onBytes: rewind, onEvent: follower.onEvent }).catch(() => {})
    return ending
  } finally {
    stopWatch()
    stopRenewal()
    // Also frees a connection whose answer was not wanted.
    end()
    signal.removeEventListener('abort', end)
  }
}

/** Tells of each event 200 to 300 ms after it: one younger than that may be ahead of its tasks. */
function settled(clock: Clock, tell: () => void, signal: AbortSignal): () => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return () => {
    const at = clock.monotonic()
    if (signal.aborted || toldAt - at >= LEAST_SETTLE_MS) return
    toldAt = at + SETTLE_MS
    const cancel = clock.startTimer(SETTLE_MS, () => {
      signal.removeEventListener('abort', cancel)
      tell()
    })
    signal.addEventListener('abort', cancel, { once: true })
  }
}

function backOff(failures: number, random: Random): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.5 + random() / 2)
}
