import { type Autoscaler, type Clock, noOrders, silentLog } from '@woodpeckers/autoscaler-core'
import type { Observer } from '@woodpeckers/autoscaler-observer'
import type { Metrics } from '@woodpeckers/autoscaler-observer/metrics'
import { connectionLimits, openFilesAtMost } from '../http/connection-limits.ts'
import type { HttpServer } from '../http/http-server.ts'
import { DEFAULT_LISTEN, type ListenAddress, listenAddress } from '../http/listen-address.ts'
import { silentLogger } from '../logs/logger.ts'
import { LogLevelSwitch } from '../running/log-level.ts'
import { OrderBook } from '../running/order-book.ts'
import { DEMO_INTERVAL_MS, DEMO_POOL } from './demo-world.ts'

export interface ServedDemo {
  readonly http: HttpServer
  readonly orders: OrderBook
}

export interface DemoParts {
  readonly autoscaler: Autoscaler
  readonly observer: Observer
  readonly metrics: Metrics
  /** Which passes as in life. */
  readonly clock: Clock
  /** That of the demo. */
  readonly siteClock: Clock
}

/** Page, metrics and API of the demo, on this computer alone: at the usual port, or another if that is taken. */
export async function serveDemo(parts: DemoParts): Promise<ServedDemo> {
  const { autoscaler, observer, metrics, clock, siteClock } = parts
  const [{ openHttp }, { PageStore }, { liveLimits }] = await Promise.all([
    import('../http/http-server.ts'),
    import('../http/page-files.ts'),
    import('../http/live-clients.ts'),
  ])
  const orders = new OrderBook({
    orders: noOrders,
    pools: () => [DEMO_POOL],
    order: (given) => autoscaler.order(given),
    keep: () => 'no-file',
    onGiven: ({ text, about }) => observer.onOrder(text, about),
    log: silentLog,
  })
  const { connections, followers } = connectionLimits(openFilesAtMost())
  const levels = new LogLevelSwitch(silentLogger)
  const page = new PageStore()
  const open = (listen: ListenAddress) =>
    openHttp({
      listen,
      token: undefined,
      allowedHosts: [],
      connections,
      liveLimits: { ...liveLimits, clients: followers },
      wakeSecret: undefined,
      page,
      intervalMs: () => DEMO_INTERVAL_MS,
      clock,
      siteClock,
      sight: {
        observer,
        lookedAt: () => observer.tickedAt,
        metrics: async () => ({ type: metrics.contentType, text: await metrics.text() }),
        hide: (text) => text,
      },
      control: {
        give: (order) => orders.give(order),
        wake: () => autoscaler.wake(),
        get logLevel() {
          return levels.level
        },
        setLogLevel: (level, by) => levels.set(level, by),
      },
    })
  const usual = listenAddress(DEFAULT_LISTEN)!
  return { http: await open(usual).catch(() => open({ ...usual, port: 0 })), orders }
}
