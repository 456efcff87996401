import { type InProcessFetch, inProcessFetch } from '../../http/in-process-fetch.ts'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { EVENT_STREAM_HEADERS, streamEvents } from './event-stream.ts'
import { WebFront } from './web-front.ts'

/** The server as a `fetch` within this process, its stream of events too: so its time can be virtual. */
export function woodpeckerFetch(
  server: EmulatedWoodpecker,
  front: WebFront = new WebFront(server),
): InProcessFetch {
  return (url, init) => {
    const answer = inProcessFetch(server.clock, async (call) => {
      const reaction = await front.react(call)
      if (typeof reaction === 'string' || !('eventsFor' in reaction)) return reaction
      const body = eventBody(server, reaction.eventsFor, init.signal)
      return new Response(body, { headers: { ...front.headers, ...EVENT_STREAM_HEADERS } })
    })
    return answer(url, init)
  }
}

function eventBody(
  server: EmulatedWoodpecker,
  user: Parameters<typeof streamEvents>[1],
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let leave = () => {}
  return new ReadableStream({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text))
      leave = streamEvents(server, user, { write, end: () => controller.close() })
      signal.addEventListener(
        'abort',
        () => {
          leave()
          controller.error(signal.reason)
        },
        { once: true },
      )
    },
    cancel: () => leave(),
  })
}
