import type { ServerResponse } from 'node:http'
import type { Clock } from '@woodpeckers/autoscaler-core'

export interface LiveLimits {
  readonly clients: number
  /** What may wait for one client to be read: then it is dropped, and may come again. */
  readonly unreadBytes: number
}

export const liveLimits: LiveLimits = { clients: 1_000, unreadBytes: 4 * 1_048_576 }

/** Proxies close what is silent; a comment is no event. */
const HEARTBEAT_MS = 15_000
const HEARTBEAT = Buffer.from(': here\n\n')
/** So many are written to in one go, so that a thousand do not hold up a tick. */
const AT_ONCE = 50

/** Who follows by server-sent events. Each frame is made once, whoever many they are. */
export class LiveClients {
  readonly #clients = new Set<ServerResponse>()
  readonly #limits: LiveLimits
  readonly #clock: Clock
  #writes: { readonly frame: Buffer; readonly to: ServerResponse[] }[] = []
  #isWriting = false
  #cancel: () => void = () => {}

  constructor(clock: Clock, limits: LiveLimits = liveLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#beat()
  }

  get count(): number {
    return this.#clients.size
  }

  get isFull(): boolean {
    return this.#clients.size >= this.#limits.clients
  }

  /** From now on it gets every frame, after those of the greeting. */
  join(client: ServerResponse, greeting: readonly Buffer[]): void {
    this.#clients.add(client)
    client.on('close', () => this.#clients.delete(client)).on('error', () => {})
    client.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    for (const frame of greeting) client.write(frame)
  }

  send(frame: Buffer): void {
    // Who comes later has it in the greeting.
    if (this.#clients.size > 0) this.#writes.push({ frame, to: [...this.#clients] })
    if (!this.#isWriting) this.#write()
  }

  close(): void {
    this.#cancel()
    this.#writes = []
    for (const client of this.#clients) client.destroy()
    this.#clients.clear()
  }

  #write(): void {
    const [first] = this.#writes
    this.#isWriting = first !== undefined
    if (!first) return
    for (const client of first.to.splice(0, AT_ONCE)) this.#give(client, first.frame)
    if (first.to.length === 0) this.#writes.shift()
    setImmediate(() => this.#write())
  }

  #give(client: ServerResponse, frame: Buffer): void {
    if (!this.#clients.has(client)) return
    if (client.writableLength > this.#limits.unreadBytes) client.destroy()
    else client.write(frame)
  }

  #beat(): void {
    this.#cancel = this.#clock.startTimer(HEARTBEAT_MS, () => {
      this.send(HEARTBEAT)
      this.#beat()
    })
  }
}

/** `data` is JSON, so that no line break can be in it. */
export function frameOf(event: string, data: string | Buffer, id?: number): Buffer {
  const head = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `
  return Buffer.concat([Buffer.from(head), Buffer.from(data), Buffer.from('\n\n')])
}
