import { sleep } from '@woodpeckers/autoscaler-core'
import type { HttpAnswer, HttpCall } from '../../http/reaction.ts'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import type { User } from '../settings.ts'
import { type Answer, refusalAnswer, text, webPage } from './answer.ts'
import { answerApi } from './api.ts'
import { type Fault, Faults, faultAnswer } from './faults.ts'

export interface WebFrontOptions {
  /** Path that the server lives under, for example `/ci`; none without it. */
  readonly prefix: string
  /** How long a write takes; 0 = none ever meets another. */
  readonly writeMs: number
  /** Whether a write that meets another fails, as stock SQLite does. */
  readonly failConcurrentWrites: boolean
  /** As many rows as a page may have; 50, as at a real server, without it. */
  readonly longestPage: number
}

/** What comes of a request; `eventsFor`: a stream of events, for this user. */
export type WebReaction = HttpAnswer | 'hang' | 'reset' | { readonly eventsFor: User | undefined }

/** What the server does with a request of people and clients, whatever brings it. */
export class WebFront {
  readonly faults: Faults = new Faults()
  readonly #server: EmulatedWoodpecker
  readonly #options: WebFrontOptions
  #writing = 0

  constructor(server: EmulatedWoodpecker, options: Partial<WebFrontOptions> = {}) {
    this.#server = server
    this.#options = { prefix: '', writeMs: 0, failConcurrentWrites: false, longestPage: 50, ...options }
  }

  async react(call: HttpCall): Promise<WebReaction> {
    if (!this.#server.up) return 'reset'
    const url = new URL(call.target, 'http://emulator.invalid')
    const { prefix } = this.#options
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : '/outside'
    const fault = this.faults.take(call.method, path)
    if (fault?.kind === 'hang' || fault?.kind === 'reset') return fault.kind
    if (fault?.kind === 'answer') return this.#stamped(faultAnswer(fault))
    if (fault?.kind === 'slow') await sleep(this.#server.clock, fault.delayMs)
    if (fault?.kind === 'same-page') url.searchParams.delete('page')
    const user = this.#user(call.authorization, url)
    if (call.method === 'GET' && path === '/api/stream/events') return { eventsFor: user }
    const answer = await this.#answer(call, path, url, user)
    if (!this.#server.up) return 'reset'
    return this.#afterwards(fault, answer)
  }

  /** Headers of every answer. */
  get headers(): Readonly<Record<string, string>> {
    return {
      Date: new Date(this.#server.clock.now()).toUTCString(),
      'X-Woodpecker-Version': this.#server.settings.version,
      'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate, value',
    }
  }

  #afterwards(fault: Fault | undefined, answer: Answer): HttpAnswer | 'reset' {
    if (fault?.kind === 'lose-answer') return 'reset'
    if (fault?.kind !== 'cut-off') return this.#stamped(answer)
    return this.#stamped({ ...answer, body: answer.body.slice(0, answer.body.length / 2) })
  }

  async #answer(
    { method, body, contentType }: HttpCall,
    path: string,
    { searchParams: query }: URL,
    user: User | undefined,
  ): Promise<Answer> {
    const writes = method !== 'GET'
    const { writeMs, failConcurrentWrites, longestPage } = this.#options
    if (writes && this.#writing > 0 && failConcurrentWrites) return text(500, 'database is locked')
    if (writes) this.#writing++
    try {
      if (writes && writeMs > 0) await sleep(this.#server.clock, writeMs)
      const request = { method, path, query, user, body, contentType, longestPage }
      return (await answerApi(this.#server, request)) ?? webPage
    } catch (error) {
      return refusalAnswer(error)
    } finally {
      if (writes) this.#writing--
    }
  }

  /** A token that nobody has is not refused: it means anonymous. */
  #user(authorization: string | undefined, url: URL): User | undefined {
    const token = authorization?.replace(/^Bearer /, '') ?? url.searchParams.get('access_token')
    return this.#server.settings.users.find((user) => user.token === token)
  }

  #stamped({ status, type, body }: Answer): HttpAnswer {
    const headers = type === undefined ? this.headers : { ...this.headers, 'Content-Type': type }
    return { status, headers, body }
  }
}
