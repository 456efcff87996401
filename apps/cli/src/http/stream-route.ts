import type { Socket } from 'node:net'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Notice, Sample } from '@woodpeckers/autoscaler-observer'
import { accepts } from './accepts.ts'
import { type App, refused, wholeNumber } from './answers.ts'
import { hiddenJson } from './hidden-json.ts'
import type { LiveClients } from './live-clients.ts'
import { type Frame, frameOf } from './live-frame.ts'
import type { Sight } from './sight.ts'
import type { StatusText } from './status-text.ts'

/** Of what was missed. */
const EVENTS_RESUMED = 1_000

export interface StreamParts {
  readonly live: LiveClients
  readonly statusText: StatusText
  /** The connection carries a stream from here on. */
  readonly onFollower: (socket: Socket) => void
}

/** Who follows gets the newest status at once, and then what is new; the answer ends it for all. */
export function addStream(app: App, sight: Sight, parts: StreamParts): () => void {
  const { live, statusText, onFollower } = parts
  const { observer, hide } = sight
  app.get('/api/v1/stream', (context) => {
    // Hono asks the same of HEAD, which has no body that could go on.
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' })
    if (live.isFull) return refused(context, 503, 'as many follow already as may; ask /api/v1/status instead')
    const greeting = [statusText.frame(observer.status())]
    const last = wholeNumber(context.req.header('last-event-id') ?? '', 0, Number.MAX_SAFE_INTEGER)
    const missed = last === undefined ? [] : observer.events(last, EVENTS_RESUMED)
    if (missed.length > 0) greeting.push(eventsFrame(missed, hide))
    onFollower(context.env.incoming.socket)
    live.join(context.env.outgoing, accepts(context.req.header('accept-encoding'), 'gzip'), greeting)
    return RESPONSE_ALREADY_SENT
  })
  let sample = observer.history().samples.at(-1)
  const unsubscribe = observer.subscribe((notice) => {
    sample = notice.samples.at(-1) ?? sample
    if (live.count > 0) for (const frame of framesOf(notice, sample)) live.send(frame)
  })
  return () => {
    unsubscribe()
    live.close()
  }

  function framesOf(
    { isTick, events, samples, machines }: Notice,
    last: Sample | undefined,
  ): readonly Frame[] {
    const frames: Frame[] = []
    if (isTick) frames.push(statusText.frame(observer.status()))
    if (events.length > 0) frames.push(eventsFrame(events, hide))
    for (const each of samples.slice(0, -1)) frames.push(sampleFrame(each, []))
    // Where no sample was due, machines come with the last one once more.
    if (last && (samples.length > 0 || machines.length > 0)) frames.push(sampleFrame(last, machines))
    return frames
  }
}

function eventsFrame(events: Notice['events'], hide: (text: string) => string): Frame {
  return frameOf('events', hiddenJson({ events }, hide), events.at(-1)?.seq)
}

function sampleFrame(sample: Sample, machines: Notice['machines']): Frame {
  return frameOf('sample', JSON.stringify({ sample, machines }))
}
