import type { Socket } from 'node:net'

/**
 * Keeps the open connections few. A connection beyond the limit is not refused, because it may be a health check:
 * another one is closed in its favour, the oldest of the address that has the most. Its age counts from its opening,
 * or from its last answer. An answer takes milliseconds, so an old connection is idle, or its client is slow.
 * Event streams are not counted: `LiveClients` limits them.
 */
export class Connections {
  readonly #limit: number
  /** The address of each, the oldest first. */
  readonly #open = new Map<Socket, string>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get count(): number {
    return this.#open.size
  }

  opened(socket: Socket): void {
    if (this.#open.size >= this.#limit) this.#closeOne()
    // A socket that is reset already has no address.
    this.#open.set(socket, socket.remoteAddress ?? '')
    socket.once('close', () => this.#open.delete(socket))
  }

  answered(socket: Socket): void {
    const address = this.#open.get(socket)
    if (address === undefined) return
    this.#open.delete(socket)
    this.#open.set(socket, address)
  }

  /** It carries an event stream until it closes. */
  follows(socket: Socket): void {
    this.#open.delete(socket)
    // Heartbeats keep it open.
    socket.setTimeout(0)
  }

  #closeOne(): void {
    const counts = new Map<string, number>()
    for (const address of this.#open.values()) counts.set(address, (counts.get(address) ?? 0) + 1)
    const most = Math.max(...counts.values())
    for (const [socket, address] of this.#open) {
      if (counts.get(address) !== most) continue
      this.#open.delete(socket)
      socket.destroy()
      return
    }
  }
}
