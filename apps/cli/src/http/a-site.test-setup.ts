import { connect, type Socket } from 'node:net'
import { noOrders, type Orders, silentLog, systemClock } from '@woodpeckers/autoscaler-core'
import { FakeWorld } from '@woodpeckers/autoscaler-core/testing'
import { Observer } from '@woodpeckers/autoscaler-observer'
import { type Kept, OrderBook } from '../running/order-book.ts'
import type { LogLevel } from '../settings/log-levels.ts'
import { type HttpOptions, type HttpServer, openHttp } from './http-server.ts'
import { liveLimits } from './live-clients.ts'
import { PageStore } from './page-files.ts'

export const TOKEN = 'a-token-of-enough-length'
export const WAKE_SECRET = 'a-wake-secret-of-enough-length'

/** The real engine in virtual time, watched and served by real HTTP on loopback. */
export class ServedSite implements AsyncDisposable {
  readonly world: FakeWorld
  readonly observer: Observer
  readonly http: HttpServer
  readonly told: { wakes: number; level: LogLevel; orders: Orders; kept: Kept }

  private constructor(parts: Pick<ServedSite, 'world' | 'observer' | 'http' | 'told'>) {
    this.world = parts.world
    this.observer = parts.observer
    this.http = parts.http
    this.told = parts.told
  }

  static async open(change: Partial<HttpOptions> = {}): Promise<ServedSite> {
    let observer: Observer | undefined
    let book: OrderBook | undefined
    const world = new FakeWorld({
      pool: { max: 3, workflowsPerAgent: 1 },
      onTick: (report) => {
        observer?.onTick(report)
        book?.onTick(report)
      },
      onOutcome: (outcome) => observer?.onOutcome(outcome),
    })
    const observing = new Observer({ clock: world.clock })
    observer = observing
    const told: ServedSite['told'] = { wakes: 0, level: 'info', orders: noOrders, kept: 'kept' }
    const orders = new OrderBook({
      orders: noOrders,
      pools: () => ['1'],
      order: (given) => {
        told.orders = given
      },
      keep: () => told.kept,
      onGiven: ({ text, about }) => observing.onOrder(text, about),
      log: silentLog,
    })
    book = orders
    const http = await openHttp({
      listen: { host: '127.0.0.1', port: 0 },
      token: undefined,
      allowedHosts: [],
      connections: 256,
      liveLimits,
      wakeSecret: WAKE_SECRET,
      page: new PageStore(async () => new Map()),
      intervalMs: () => 10_000,
      clock: systemClock,
      siteClock: world.clock,
      sight: {
        observer: observing,
        lookedAt: () => world.reports.at(-1)?.snapshot.takenAt ?? 0,
        metrics: async () => ({ type: 'text/plain; version=0.0.4', text: 'woodpecker_up 1\n' }),
        hide: (text) => text.replaceAll('hidden-value', '[secret]'),
      },
      control: {
        give: (order) => orders.give(order),
        wake: () => {
          told.wakes++
        },
        get logLevel() {
          return told.level
        },
        setLogLevel: (level) => {
          told.level = level
        },
      },
      ...change,
    })
    world.start()
    await world.seconds(1)
    return new ServedSite({ world, observer: observing, http, told })
  }

  /** A path without its first slash. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.http.url + path, init)
  }

  async json<Answer = unknown>(path: string): Promise<Answer> {
    return (await this.ask(path)).json() as Promise<Answer>
  }

  /** A connection without a client that puts anything right. */
  connect(): Socket {
    return connect(this.http.port, '127.0.0.1')
  }

  /** What is answered to these very bytes, until the connection ends. */
  async raw(text: string, encoding: BufferEncoding = 'utf8'): Promise<string> {
    const socket = this.connect()
    socket.write(text, encoding)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.http.close()
    await this.world.stop()
  }
}
