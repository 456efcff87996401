import type { ServerResponse } from 'node:http'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { pipelineView, repoView } from '../pipeline-view.ts'
import type { User } from '../settings.ts'

const HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Cache-Control': 'no-store',
  'Content-Type': 'text/event-stream',
  'X-Accel-Buffering': 'no',
}

/** Server-sent events: `: ping` at the start and after each half minute of quiet, and pipelines as data. */
export function streamEvents(
  server: EmulatedWoodpecker,
  user: User | undefined,
  response: ServerResponse,
): void {
  const { clock, database, events, settings } = server
  response.writeHead(200, HEADERS)
  let cancelPing = () => {}
  const send = (text: string) => {
    cancelPing()
    cancelPing = clock.startTimer(settings.timing.pingMs, () => send(': ping\n\n'))
    response.write(text)
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
      response.end()
    },
  )
  response.on('close', () => {
    cancelPing()
    leave()
  })
  send(': ping\n\n')
}
