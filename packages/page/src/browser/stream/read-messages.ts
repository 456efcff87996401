import type { Message } from '../state/live-data.ts'
import { createSseParser, type ServerSentEvent } from './sse-parser.ts'

/** The messages of a stream, until it ends. Kinds that are not known are passed over: the server may be newer. */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  onAlive: () => void,
): AsyncGenerator<Message> {
  const parse = createSseParser()
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      onAlive()
      for (const event of parse(decoder.decode(value, { stream: true }))) {
        const message = readMessage(event)
        if (message) yield message
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function readMessage({ event, data }: ServerSentEvent): Message | undefined {
  switch (event) {
    case 'status':
      return { kind: 'status', status: JSON.parse(data) }
    case 'events':
      return { kind: 'events', events: JSON.parse(data).events }
    case 'sample':
      return { kind: 'sample', ...JSON.parse(data) }
    default:
      return undefined
  }
}
