import type { CiServer, Clock } from '@woodpeckers/autoscaler-core'
import { bad, type Finding, good } from './finding.ts'

const DEADLINE_MS = 5000

/** Whether the stream of events comes; without it jobs wait up to an interval longer. */
export async function checkEvents(server: CiServer, clock: Clock): Promise<Finding> {
  const controller = new AbortController()
  const connected = await new Promise<boolean>((resolve) => {
    const cancel = clock.startTimer(DEADLINE_MS, () => resolve(false))
    server.listen((signal) => {
      if (signal === 'broken') return
      cancel()
      resolve(true)
    }, controller.signal)
  })
  controller.abort(new Error('seen enough'))
  if (connected) return good('events', 'the stream of events is open: new jobs are seen at once')
  return bad(
    'events',
    'no stream of events within 5s',
    'see whether a proxy before the server holds back /api/stream/events (buffering off); without it jobs wait up to --reconciliation-interval longer',
  )
}
