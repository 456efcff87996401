import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

interface Call {
  readonly method: string
  readonly origin: string
  readonly path: string
}

/** Every request of this process's clients and every byte that comes back, counted beneath the code under test. */
export class Traffic {
  /** Requests by `GET http://127.0.0.1:1234/api/agents/:id`, numbers in a path left out. */
  calls: Map<string, number> = new Map()
  readonly #sockets: Set<Socket> = new Set()
  readonly #underWay: Set<object> = new Set()
  #readBefore = 0

  constructor() {
    // undici: ours. node:http: the AWS SDK's.
    subscribe('undici:request:create', this.#onUndici)
    subscribe('undici:request:trailers', this.#onEnd)
    subscribe('undici:request:error', this.#onEnd)
    subscribe('http.client.request.start', this.#onHttp)
    subscribe('http.client.response.finish', this.#onEnd)
    subscribe('http.client.request.error', this.#onEnd)
    subscribe('net.client.socket', this.#onSocket)
  }

  /** Requests that wait for their answer; streams of events are none. */
  get underWay(): number {
    return this.#underWay.size
  }

  get requests(): number {
    return this.calls.values().reduce((sum, each) => sum + each, 0)
  }

  /** On the wire, heads included, since the last `reset`. */
  get bytesReceived(): number {
    return this.#read - this.#readBefore
  }

  reset(): void {
    this.calls = new Map()
    this.#readBefore = this.#read
  }

  close(): void {
    unsubscribe('undici:request:create', this.#onUndici)
    unsubscribe('undici:request:trailers', this.#onEnd)
    unsubscribe('undici:request:error', this.#onEnd)
    unsubscribe('http.client.request.start', this.#onHttp)
    unsubscribe('http.client.response.finish', this.#onEnd)
    unsubscribe('http.client.request.error', this.#onEnd)
    unsubscribe('net.client.socket', this.#onSocket)
  }

  get #read(): number {
    return this.#sockets.values().reduce((sum, socket) => sum + socket.bytesRead, 0)
  }

  readonly #onUndici = (message: unknown): void => {
    const { request } = message as { request: Call }
    this.#note(request, request)
  }

  readonly #onHttp = (message: unknown): void => {
    const { request } = message as {
      request: { method: string; path: string; protocol: string; getHeader(name: string): unknown }
    }
    const { method, path, protocol } = request
    this.#note(request, { method, path, origin: `${protocol}//${request.getHeader('host')}` })
  }

  readonly #onEnd = (message: unknown): void => {
    this.#underWay.delete((message as { request: object }).request)
  }

  readonly #onSocket = (message: unknown): void => {
    this.#sockets.add((message as { socket: Socket }).socket)
  }

  #note(key: object, { method, origin, path }: Call): void {
    const [bare = ''] = path.split('?')
    const name = `${method} ${origin}${bare.replace(/\/\d+(?=\/|$)/g, '/:id')}`
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
    if (!bare.endsWith('/stream/events')) this.#underWay.add(key)
  }
}
