import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { ProxiedConnection } from './proxied-connection.ts'
import { fair, type Weather } from './weather.ts'

/**
 * Stands between clients and one port of a server, and treats their bytes as its weather says. Ports of
 * both sides stay the same for its life.
 */
export class FaultyProxy {
  /** How often each kind of weather met an answer; how many connections were cut, how often all were refused. */
  readonly met: Record<Weather['kind'] | 'cut' | 'refusing', number> = {
    fair: 0,
    slow: 0,
    trickling: 0,
    'cutting-answers': 0,
    cut: 0,
    refusing: 0,
  }
  /** When connections were broken, by the clock of this process. */
  readonly breaksAt: number[] = []
  weather: Weather = fair
  readonly #targetPort: number
  readonly #spared: RegExp | undefined
  readonly #connections = new Set<ProxiedConnection>()
  #listener: Server | undefined
  #port = 0

  private constructor(targetPort: number, spared: RegExp | undefined) {
    this.#targetPort = targetPort
    this.#spared = spared
  }

  /** Answers to requests that fit `spared` may be late, but are never broken off once the server has given them. */
  static async open(targetPort: number, spared?: RegExp): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(targetPort, spared)
    await proxy.admit()
    return proxy
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Breaks all connections at once. */
  cut(): void {
    for (const connection of this.#connections) if (connection.cut()) this.met.cut++
    this.breaksAt.push(Date.now())
  }

  /** Breaks all connections, and from now on nobody listens. */
  refuse(): void {
    this.#listener?.close()
    this.#listener = undefined
    this.met.refusing++
    this.cut()
  }

  /** Listens again, on the port that it had. */
  async admit(): Promise<void> {
    if (this.#listener) return
    const listener = createServer((client) => this.#accept(client))
    listener.listen(this.#port, '127.0.0.1')
    await once(listener, 'listening')
    this.#listener = listener
    this.#port = (listener.address() as AddressInfo).port
  }

  close(): void {
    this.#listener?.close()
    for (const connection of this.#connections) connection.destroy()
  }

  #accept(client: Socket): void {
    const connection = new ProxiedConnection(client, this.#targetPort, {
      spared: this.#spared,
      weather: () => this.weather,
      onMet: (kind) => {
        this.met[kind]++
      },
      onBreak: () => this.breaksAt.push(Date.now()),
      onClose: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }
}
