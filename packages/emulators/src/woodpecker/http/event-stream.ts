import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { pipelineView, repoView } from '../pipeline-view.ts'
import type { User } from '../settings.ts'

export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Cache-Control': 'no-store',
  'Content-Type': 'text/event-stream',
  'X-Accel-Buffering': 'no',
}

/** Where a stream of events goes. */
export interface EventSink {
  readonly write: (text: string) => void
  /** The server goes. */
  readonly end: () => void
}

/**
 * Sends events, `: ping` at the start and after each half minute of quiet, and pipelines as data. Answers what
 * ends it when the listener goes.
 */
export function streamEvents(
  server: EmulatedWoodpecker,
  user: User | undefined,
  sink: EventSink,
): () => void {
  const { clock, database, events, settings } = server
  let cancelPing = () => {}
  const send = (text: string) => {
    cancelPing()
    cancelPing = clock.startTimer(settings.timing.pingMs, () => send(': ping\n\n'))
    sink.write(text)
  }
  const leave = events.listen(
    user?.login,
    database.repos.values(),
    (repo, pipeline) => {
      const data = { repo: repoView(repo), pipeline: pipelineView(pipeline, repo, settings.version) }
      send(`data: ${JSON.stringify(data)}\n\n`)
    },
    () => {
      cancelPing()
      sink.end()
    },
  )
  send(': ping\n\n')
  return () => {
    cancelPing()
    leave()
  }
}
