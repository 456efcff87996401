import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Weather } from './weather.ts'

export interface ConnectionSurroundings {
  /** Fits the first line of requests whose answers are never broken off. */
  readonly spared: RegExp | undefined
  weather(): Weather
  onMet(kind: Weather['kind']): void
  onBreak(): void
  onClose(): void
}

/** One client's connection to the server, by way of the proxy. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #around: ConnectionSurroundings
  /** The request that was sent last is one whose answer is spared. */
  #isSpared = false
  /** Answers that the server gave and the client has not got. */
  #underWay = 0

  constructor(client: Socket, port: number, around: ConnectionSurroundings) {
    this.#client = client
    this.#server = connect(port, '127.0.0.1')
    this.#around = around
    client.setNoDelay()
    this.#server.setNoDelay()
    this.#server.on('data', () => this.#underWay++)
    this.#pass(client, this.#server, (bytes) => this.#sendRequest(bytes))
    this.#pass(this.#server, client, (bytes) => this.#sendAnswer(bytes).finally(() => this.#underWay--))
    client.on('close', () => around.onClose())
  }

  /** `false`: it was let be, as it carries a spared answer. */
  cut(): boolean {
    if (this.#isSpared && this.#underWay > 0) return false
    this.destroy()
    return true
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  /** What was sent before the sender went still arrives, as in a network. */
  #pass(from: Socket, to: Socket, send: (bytes: Buffer) => Promise<void>): void {
    let last: Promise<void> = Promise.resolve()
    from.on('data', (bytes) => {
      last = last.then(() => send(bytes)).catch(() => {})
    })
    from.on('error', () => {})
    from.on('close', () => void last.then(() => to.end()))
  }

  async #sendRequest(bytes: Buffer): Promise<void> {
    const line = bytes.toString('latin1', 0, 200).split('\r\n', 1)[0] ?? ''
    if (/^[A-Z]+ \/\S* HTTP/.test(line)) this.#isSpared = this.#around.spared?.test(line) ?? false
    const weather = this.#around.weather()
    if (weather.kind === 'slow') await sleep(weather.delayMs)
    await write(this.#server, bytes)
  }

  async #sendAnswer(bytes: Buffer): Promise<void> {
    const weather = this.#around.weather()
    this.#around.onMet(weather.kind)
    switch (weather.kind) {
      case 'fair':
        return await write(this.#client, bytes)
      case 'slow':
        await sleep(weather.delayMs)
        return await write(this.#client, bytes)
      case 'trickling':
        for (let at = 0; at < bytes.length; at += weather.pieceBytes) {
          await write(this.#client, bytes.subarray(at, at + weather.pieceBytes))
          // Long answers shall not take for ever.
          if (this.#around.weather() === weather) await sleep(weather.everyMs)
        }
        return
      case 'cutting-answers':
        if (this.#isSpared) return await write(this.#client, bytes)
        await write(this.#client, bytes.subarray(0, Math.floor(bytes.length / 2)))
        this.#around.onBreak()
        return this.destroy()
      default:
        weather satisfies never
    }
  }
}

function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (to.destroyed || to.writableEnded) return resolve()
    to.write(bytes, () => resolve())
  })
}
