import type { IncomingMessage, ServerResponse } from 'node:http'
import { sleep } from '@woodpeckers/autoscaler-core'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { Refusal } from '../refusal.ts'
import type { User } from '../settings.ts'
import { type Answer, json, text, webPage } from './answer.ts'
import { answerApi } from './api.ts'
import { answerControl } from './control.ts'
import { streamEvents } from './event-stream.ts'
import type { Fault, Faults } from './faults.ts'
import { readBody } from './read-body.ts'

export interface WebFrontOptions {
  /** Path that the server lives under, for example `/ci`; none without it. */
  readonly prefix: string
  /** How long a write takes; 0 = none ever meets another. */
  readonly writeMs: number
  /** Whether a write that meets another fails, as stock SQLite does. */
  readonly failConcurrentWrites: boolean
}

/** The port for people and clients: API, events, control. */
export class WebFront {
  readonly #server: EmulatedWoodpecker
  readonly #faults: Faults
  readonly #options: WebFrontOptions
  #writing = 0

  constructor(server: EmulatedWoodpecker, faults: Faults, options: WebFrontOptions) {
    this.#server = server
    this.#faults = faults
    this.#options = options
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://emulator.invalid')
    if (url.pathname.startsWith('/emulator/')) return await this.#control(url, request, response)
    const { prefix } = this.#options
    const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : '/outside'
    const method = request.method ?? 'GET'
    const body = await readBody(request)
    if (!this.#server.up) return void response.destroy()
    this.#stamp(response)
    const fault = this.#faults.take(method, path)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') return void response.destroy()
    if (fault?.kind === 'answer') return send(response, faultAnswer(fault))
    if (fault?.kind === 'slow') await sleep(this.#server.clock, fault.delayMs)
    if (fault?.kind === 'same-page') url.searchParams.delete('page')
    const user = this.#user(request, url)
    if (method === 'GET' && path === '/api/stream/events') return streamEvents(this.#server, user, response)
    const answer = await this.#answer(method, path, url, user, body, request.headers['content-type'])
    if (fault?.kind === 'lose-answer' || !this.#server.up) return void response.destroy()
    if (fault?.kind === 'cut-off') {
      return send(response, { ...answer, body: answer.body.slice(0, answer.body.length / 2) })
    }
    send(response, answer)
  }

  async #control(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const method = request.method ?? 'GET'
    const answer = answerControl(this.#server, this.#faults, method, url.pathname, body)
    send(response, await answer.catch(refusalAnswer))
  }

  async #answer(
    method: string,
    path: string,
    { searchParams: query }: URL,
    user: User | undefined,
    body: string,
    contentType: string | undefined,
  ): Promise<Answer> {
    const writes = method !== 'GET'
    const { writeMs, failConcurrentWrites } = this.#options
    if (writes && this.#writing > 0 && failConcurrentWrites) return text(500, 'database is locked')
    if (writes) this.#writing++
    try {
      if (writes && writeMs > 0) await sleep(this.#server.clock, writeMs)
      const request = { method, path, query, user, body, contentType }
      return (await answerApi(this.#server, request)) ?? webPage
    } catch (error) {
      return refusalAnswer(error)
    } finally {
      if (writes) this.#writing--
    }
  }

  /** A token that nobody has is not refused: it means anonymous. */
  #user(request: IncomingMessage, url: URL): User | undefined {
    const header = request.headers.authorization?.replace(/^Bearer /, '')
    const token = header ?? url.searchParams.get('access_token')
    return this.#server.settings.users.find((user) => user.token === token)
  }

  #stamp(response: ServerResponse): void {
    response.sendDate = false
    response.setHeader('Date', new Date(this.#server.clock.now()).toUTCString())
    response.setHeader('X-Woodpecker-Version', this.#server.settings.version)
    response.setHeader('Cache-Control', 'no-cache, no-store, max-age=0, must-revalidate, value')
  }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, type === undefined ? {} : { 'Content-Type': type })
  response.end(body)
}

function refusalAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return text(error.status, error.message)
  return text(500, error instanceof Error ? error.message : String(error))
}

function faultAnswer({ status, body = '', type }: Extract<Fault, { readonly kind: 'answer' }>): Answer {
  if (typeof body !== 'string') return json(body, status)
  return type === undefined ? text(status, body) : { status, type, body }
}
