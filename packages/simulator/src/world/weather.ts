import { type Clock, type Random, sleep } from '@woodpeckers/autoscaler-core'
import { fetchFailed, type InProcessFetch, type InProcessInit } from '@woodpeckers/autoscaler-emulators'
import { streamOf } from '@woodpeckers/autoscaler-traces'
import type { WeatherFront, WeatherKind } from '../scenario/weather.ts'

const LONGEST_DELAY_MS = 25_000

export interface WeatherOptions {
  readonly seed: number
  readonly fronts: readonly WeatherFront[]
  readonly clock: Clock
  /** When the world began. */
  readonly startAt: number
  readonly onStrike: (kind: WeatherKind, method: string, url: string) => void
}

/** The network between the autoscaler and everything else: what its requests meet on their way. */
export class Weather {
  readonly #options: WeatherOptions
  readonly #streams: readonly Random[]
  readonly #delays: Random
  /** Machines that were ordered twice by one request, where the cloud lets two have one name. */
  twins = 0
  /** Whether the server can be reached at all. */
  serverIsAway = false
  /** Whether the queue alone cannot be read. */
  queueFails = false

  constructor(options: WeatherOptions) {
    this.#options = options
    this.#streams = options.fronts.map((front, at) => streamOf(options.seed, `weather ${at} ${front.kind}`))
    this.#delays = streamOf(options.seed, 'delays')
  }

  /** A `fetch` that meets the weather of its place. */
  over(fetch: InProcessFetch, where: WeatherFront['where']): InProcessFetch {
    return async (url, init) => {
      if (where === 'server' && this.serverIsAway) throw fetchFailed('ECONNREFUSED')
      if (where === 'server' && this.queueFails && url.endsWith('/api/queue/info')) {
        return text(500, 'pipeline not found for task 7')
      }
      const isStream = url.endsWith('/stream/events')
      const kind = isStream ? undefined : this.#strike(where)
      if (!kind) return fetch(url, init)
      this.#options.onStrike(kind, init.method, url)
      return this.#meet(kind, fetch, url, init)
    }
  }

  #strike(where: WeatherFront['where']): WeatherKind | undefined {
    const sinceMs = this.#options.clock.now() - this.#options.startAt
    for (const [at, front] of this.#options.fronts.entries()) {
      if (front.where !== where || sinceMs < front.fromMs || sinceMs >= front.fromMs + front.forMs) continue
      if (this.#streams[at]!() < front.rate) return front.kind
    }
    return undefined
  }

  async #meet(kind: WeatherKind, fetch: InProcessFetch, url: string, init: InProcessInit): Promise<Response> {
    const wait = () => sleep(this.#options.clock, this.#delays() * LONGEST_DELAY_MS, init.signal)
    switch (kind) {
      case 'refused':
        throw fetchFailed('ECONNREFUSED')
      case 'answer-lost':
        await fetch(url, init)
        throw fetchFailed('ECONNRESET')
      case 'slow':
        await wait()
        return fetch(url, init)
      case 'slow-answer': {
        const answer = await fetch(url, init)
        await wait()
        return answer
      }
      case 'hang':
        return never(init.signal)
      case 'hang-after':
        await fetch(url, init)
        return never(init.signal)
      case 'cut-off':
        return cutOff(await fetch(url, init))
      case 'doubled': {
        if (init.method === 'POST') this.twins++
        const first = fetch(url, init)
        const second = fetch(url, init)
        second.catch(() => {})
        const answer = await first
        await second.catch(() => {})
        return answer
      }
      case 'rate-limited':
        return text(429, 'too many requests', { 'retry-after': '20' })
      case 'rate-limited-bare':
        return text(429, 'too many requests')
      case 'unauthorized':
        return text(401, 'User not authorized')
      case 'server-error':
        return text(500, 'internal error')
      case 'web-page':
        return new Response('<html>Bad gateway</html>', {
          status: 502,
          headers: { 'content-type': 'text/html' },
        })
      case 'page-missing': {
        const answer = await fetch(url, init)
        const isLaterPage = Number(new URL(url).searchParams.get('page')) > 1
        return isLaterPage ? new Response('null', { status: 200, headers: answer.headers }) : answer
      }
      default:
        return kind satisfies never
    }
  }
}

function text(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}

async function cutOff(answer: Response): Promise<Response> {
  const { status, headers } = answer
  const body = await answer.text()
  return new Response(status === 204 ? null : body.slice(0, body.length / 2), { status, headers })
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
