import type { Clock } from '@woodpeckers/autoscaler-core'
import { type App, refused } from './answers.ts'
import { isAlive, missingIn } from './health.ts'
import type { Sight } from './sight.ts'

export interface HealthSources {
  readonly sight: Sight
  readonly intervalMs: () => number
  /** That of the loop. */
  readonly clock: Clock
}

/** `/healthz`: the loop turns. `/readyz`: besides, the last snapshot is whole. `/metrics`. */
export function addHealth(app: App, { sight, intervalMs, clock }: HealthSources): void {
  const turns = () => isAlive(sight.lookedAt(), clock.monotonic(), intervalMs())
  app.get('/healthz', (context) =>
    turns() ? context.json({ status: 'ok' }) : refused(context, 503, 'the loop does not turn'),
  )
  app.get('/readyz', (context) => {
    const missing = turns() ? missingIn(sight.observer.report) : 'the loop does not turn'
    return missing === undefined ? context.json({ status: 'ok' }) : refused(context, 503, missing)
  })
  app.get('/metrics', async (context) => {
    const { type, text } = await sight.metrics()
    return context.body(text, 200, { 'content-type': type })
  })
}
