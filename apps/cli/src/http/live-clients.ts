import type { ServerResponse } from 'node:http'
import type { Clock } from '@woodpeckers/autoscaler-core'
import { Frame, GZIP_BEGINS } from './live-frame.ts'

export interface LiveLimits {
  readonly clients: number
  /** What may wait for one client to be read: then it is dropped, and may come again. */
  readonly unreadBytes: number
}

export const liveLimits: LiveLimits = { clients: 1_000, unreadBytes: 4 * 1_048_576 }

/** Proxies close what is silent; a comment is no event. */
const HEARTBEAT_MS = 15_000
const HEARTBEAT = new Frame(Buffer.from(': here\n\n'))
/** So many are written to in one go, so that a thousand do not hold up a tick. */
const AT_ONCE = 50

/** Who follows by server-sent events. Each frame is made once, whoever many they are. */
export class LiveClients {
  /** Whether each takes it compressed. */
  readonly #clients = new Map<ServerResponse, boolean>()
  readonly #limits: LiveLimits
  readonly #clock: Clock
  #writes: { readonly frame: Frame; readonly to: ServerResponse[] }[] = []
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
  join(client: ServerResponse, isCompressed: boolean, greeting: readonly Frame[]): void {
    this.#clients.set(client, isCompressed)
    client.on('close', () => this.#clients.delete(client)).on('error', () => {})
    client.writeHead(200, {
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      vary: 'accept-encoding',
      ...(isCompressed && { 'content-encoding': 'gzip' }),
    })
    if (isCompressed) client.write(GZIP_BEGINS)
    for (const frame of greeting) this.#give(client, frame)
  }

  send(frame: Frame): void {
    // Who comes later has it in the greeting.
    if (this.#clients.size > 0) this.#writes.push({ frame, to: [...this.#clients.keys()] })
    if (!this.#isWriting) this.#write()
  }

  close(): void {
    this.#cancel()
    this.#writes = []
    for (const client of this.#clients.keys()) client.destroy()
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

  #give(client: ServerResponse, frame: Frame): void {
    const isCompressed = this.#clients.get(client)
    if (isCompressed === undefined) return
    if (client.writableLength > this.#limits.unreadBytes) client.destroy()
    else client.write(isCompressed ? frame.compressed : frame.plain)
  }

  #beat(): void {
    this.#cancel = this.#clock.startTimer(HEARTBEAT_MS, () => {
      this.send(HEARTBEAT)
      this.#beat()
    })
  }
}
