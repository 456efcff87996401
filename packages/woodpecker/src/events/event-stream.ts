import { createParser } from 'eventsource-parser'

/** A stream that the server does not have: it answered, but not with events. */
export class NoEvents extends Error {}

export interface StreamWatch {
  /** Something came, if only a comment. */
  readonly onBytes: () => void
  readonly onEvent: () => void
}

/** Reads server-sent events until the stream ends; rejects when it breaks. What an event says is left aside. */
export async function readEventStream(response: Response, watch: StreamWatch): Promise<void> {
  const parser = createParser({ onEvent: watch.onEvent })
  const decoder = new TextDecoder()
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    watch.onBytes()
    parser.feed(decoder.decode(chunk, { stream: true }))
  }
}

/** Throws `NoEvents` for an answer that is something else for good, and an error for a passing failure. */
export function assertEventStream(response: Response): void {
  const type = response.headers.get('content-type') ?? ''
  if (response.ok && /^text\/event-stream\b/.test(type)) return
  const came = `${response.status} ${type.split(';')[0] ?? ''}`.trim()
  const isPassing = response.status >= 500 || response.status === 429 || response.status === 408
  throw isPassing ? new Error(came) : new NoEvents(came)
}
