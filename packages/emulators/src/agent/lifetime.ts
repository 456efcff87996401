import { type Clock, sleep } from '@woodpeckers/autoscaler-core'
import { Gate } from './gate.ts'

/**
 * The life of an emulated process: what it waits for ends with it, and stands still while it is frozen.
 * Work that goes on after its end (a call of a machine that vanished) is not heard of any more.
 */
export class Lifetime {
  readonly #clock: Clock
  readonly #end: AbortController = new AbortController()
  readonly #gate: Gate = new Gate()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get over(): boolean {
    return this.#end.signal.aborted
  }

  freeze(): void {
    this.#gate.shut()
  }

  thaw(): void {
    this.#gate.open()
  }

  end(): void {
    this.#end.abort(new ProcessEnded())
    this.#gate.open()
  }

  pause(ms: number, signal?: AbortSignal): Promise<void> {
    const both = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal
    return this.hear(sleep(this.#clock, ms, both))
  }

  /** What came of the work, once the process is able to hear it. */
  async hear<T>(work: Promise<T>): Promise<T> {
    const end = this.#end.signal
    // Whatever comes of it after the end is nobody's concern.
    work.catch(() => {})
    end.throwIfAborted()
    try {
      return await new Promise<T>((resolve, reject) => {
        const onEnd = () => reject(end.reason)
        end.addEventListener('abort', onEnd, { once: true })
        const listenNoMore = () => end.removeEventListener('abort', onEnd)
        work.finally(listenNoMore).then(resolve, reject)
      })
    } finally {
      await this.#gate.pass()
      end.throwIfAborted()
    }
  }
}

export class ProcessEnded extends Error {}
