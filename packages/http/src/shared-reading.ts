import { type CallOptions, OutsideError, Transient } from '@woodpeckers/autoscaler-core'

/** A call that tells when it goes out. */
export interface ReadCall extends CallOptions {
  /** Called right before a request goes out: what happens from now on, its answer may not show. */
  readonly onSend?: () => void
}

/** One reading that several wait for. */
interface Turn<T> {
  readonly result: Promise<T>
  readonly stop: AbortController
  waiting: number
}

/**
 * One reading for all who ask for the same at about the same time, such as the pools of a credential that all want
 * the list of its machines. Nobody is given what was asked for before he asked: a reading may be joined until its
 * first request goes out; whoever comes later shares the next one, which begins when that one is over. So there
 * are never two at once, and the longer each takes, the more share it.
 */
export class SharedReading<T> {
  /** Not sent yet. */
  #open: Turn<T> | undefined
  #last: Promise<unknown> = Promise.resolve()

  /**
   * Each one's signal ends that one's waiting alone; a reading for which nobody waits any more is called off. What
   * fails, fails for all who share it.
   *
   * @param read the reading, as the one who begins it makes it. It must see to it that `onSend` is called: until then
   *   others join it.
   */
  async read({ signal }: CallOptions, read: (call: Required<ReadCall>) => Promise<T>): Promise<T> {
    if (signal.aborted) throw calledOff(signal)
    this.#open ??= this.#begin(read)
    const turn = this.#open
    turn.waiting++
    let leave = () => {}
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(calledOff(signal))
    })
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([turn.result, left])
    } finally {
      signal.removeEventListener('abort', leave)
      turn.waiting--
      if (turn.waiting === 0) this.#end(turn)
    }
  }

  #begin(read: (call: Required<ReadCall>) => Promise<T>): Turn<T> {
    const stop = new AbortController()
    const { signal } = stop
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(calledOff(signal)), { once: true })
    })
    const before = this.#last
    const readInTurn = async () => {
      await before
      if (signal.aborted) throw calledOff(signal)
      return read({ signal, onSend: () => this.#close(turn) })
    }
    // One that ignores its signal must not hold up the next.
    const result = Promise.race([readInTurn(), stopped]).finally(() => this.#close(turn))
    const turn: Turn<T> = { result, stop, waiting: 0 }
    this.#last = Promise.allSettled([before, result])
    return turn
  }

  #end(turn: Turn<T>): void {
    this.#close(turn)
    turn.stop.abort(new Error('nobody waits for it any more'))
  }

  #close(turn: Turn<T>): void {
    if (this.#open === turn) this.#open = undefined
  }
}

/** As it is for a request that is called off; a deadline says itself what it is. */
function calledOff({ reason }: AbortSignal): OutsideError {
  return reason instanceof OutsideError ? reason : new Transient('called off', { cause: reason })
}
