import type { Socket } from 'node:net'
import type { Clock } from '@woodpeckers/autoscaler-core'
import { Hono } from 'hono'
import { type App, refused } from './answers.ts'
import { addApi } from './api-routes.ts'
import type { Control } from './control.ts'
import { addHealth } from './health-routes.ts'
import { LiveClients, type LiveLimits } from './live-clients.ts'
import { addOrders } from './order-routes.ts'
import type { PageStore } from './page-files.ts'
import { addPage } from './page-routes.ts'
import type { Sight } from './sight.ts'
import { StatusText } from './status-text.ts'
import { addStream } from './stream-route.ts'
import { addWake } from './wake-route.ts'
import { WakeSignatures } from './wake-signature.ts'

export interface RouteOptions {
  readonly sight: Sight
  readonly control: Control
  readonly page: PageStore
  readonly wakeSecret: string | undefined
  /** How often it looks, now. */
  readonly intervalMs: () => number
  /** That of the loop. */
  readonly siteClock: Clock
  /** That of clients: deadlines, heartbeats, windows. */
  readonly clock: Clock
  readonly liveLimits: LiveLimits
}

export interface Routes {
  readonly app: App
  /** How many follow. */
  readonly followers: () => number
  readonly close: () => void
}

/** What there is, by path; who may ask was decided before. */
export function routes(options: RouteOptions, onFollower: (socket: Socket) => void): Routes {
  const { sight, control, clock, wakeSecret } = options
  const app: App = new Hono()
  const statusText = new StatusText(sight.hide)
  const live = new LiveClients(clock, options.liveLimits)
  addHealth(app, { sight, intervalMs: options.intervalMs, clock: options.siteClock })
  addApi(app, sight, statusText)
  const close = addStream(app, sight, { live, statusText, onFollower })
  addOrders(app, control, clock)
  addWake(app, control, wakeSecret === undefined ? undefined : new WakeSignatures(wakeSecret, clock), clock)
  addPage(app, options.page)
  app.notFound((context) => refused(context, 404, 'there is nothing here; docs/http.md says what there is'))
  app.onError((_, context) => refused(context, 500, 'this went wrong'))
  return { app, followers: () => live.count, close }
}
