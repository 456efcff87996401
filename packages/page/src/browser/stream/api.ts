import type { Explanation } from '@woodpeckers/autoscaler-core'
import type { EventView, HistoryView, MachineView, StatusView } from '@woodpeckers/autoscaler-observer'
import type { System } from '../system.ts'

export type Fetch = (path: string, init: RequestInit) => Promise<Response>

/** What the page asks the autoscaler. */
export interface Api {
  readonly status: (signal: AbortSignal) => Promise<StatusView>
  readonly history: (signal: AbortSignal) => Promise<HistoryView>
  readonly events: (signal: AbortSignal) => Promise<{ readonly events: readonly EventView[] }>
  readonly explain: (
    task: string,
    signal: AbortSignal,
  ) => Promise<{ readonly explanations: readonly Explanation[] }>
  readonly machine: (name: string, signal: AbortSignal) => Promise<MachineView>
  /** The body of the stream, once it has begun. */
  readonly stream: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
}

/** The server answered, and not with what was asked for. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A slow phone gets a day's history in it; without an end, a request that hangs would be the last one. */
const PATIENCE_MS = 30_000

/** `token`: read at each request, for it may be given later. */
export function createApi(
  token: () => string | undefined,
  fetchIt: Fetch,
  { limit }: Pick<System, 'limit'>,
): Api {
  const ask = async (path: string, signal: AbortSignal): Promise<Response> => {
    const secret = token()
    const response = await fetchIt(`/api/v1/${path}`, {
      signal,
      cache: 'no-store',
      headers: secret ? { authorization: `Bearer ${secret}` } : {},
    })
    if (!response.ok) throw new Refused(response.status, await complaint(response))
    return response
  }
  const read = async (path: string, signal: AbortSignal) =>
    (await ask(path, AbortSignal.any([signal, limit(PATIENCE_MS)]))).json()
  return {
    status: (signal) => read('status', signal),
    history: (signal) => read('history', signal),
    events: (signal) => read('events?limit=200', signal),
    explain: (task, signal) => read(`explain?task=${encodeURIComponent(task)}`, signal),
    machine: (name, signal) => read(`machines/${encodeURIComponent(name)}`, signal),
    stream: async (signal) => {
      const { body } = await ask('stream', signal)
      if (!body) throw new Refused(0, 'the stream has no body')
      return body
    },
  }
}

/** What the server says of its refusal, where it does so briefly. */
export async function complaint(response: Response): Promise<string> {
  const text = await response.text().catch(() => '')
  try {
    const { error } = JSON.parse(text)
    if (typeof error === 'string') return error
  } catch {}
  return text.length > 0 && text.length < 300 ? text : `answered ${response.status}`
}
