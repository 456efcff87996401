import { type Clock, sleep } from '../ports/clock.ts'
import { Transient } from '../ports/errors.ts'

type Fault =
  | { readonly kind: 'fail'; readonly error: Error }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'hang'; readonly how: HowToHang }

/**
 * `before-acting`: nothing has happened; `after-acting`: it has, unseen; `deaf`: as the first, and it does
 * not even end when its signal aborts.
 */
export type HowToHang = 'before-acting' | 'after-acting' | 'deaf'

/** What goes wrong with the next calls of a fake: told beforehand, in the order in which it shall happen. */
export class Faults<Call extends string> {
  readonly #clock: Clock
  readonly #next = new Map<Call, Fault[]>()
  readonly #takesMs = new Map<Call, number>()
  #down: (() => Error) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The next `times` calls of this kind are refused before they have done anything. */
  failNext(call: Call, error: Error, times = 1): void {
    for (let i = 0; i < times; i++) this.#queue(call, { kind: 'fail', error })
  }

  /** The next call of this kind does what it should, and then fails as if the answer was lost. */
  loseAnswer(call: Call): void {
    this.#queue(call, { kind: 'lose-answer' })
  }

  hangNext(call: Call, how: HowToHang = 'before-acting'): void {
    this.#queue(call, { kind: 'hang', how })
  }

  /** Every call of this kind takes so long, and acts at its end. */
  slowDown(call: Call, takesMs: number): void {
    this.#takesMs.set(call, takesMs)
  }

  /** Every call fails, until `comeUp` or `mend`. */
  goDown(error: () => Error = () => new Transient('connection refused')): void {
    this.#down = error
  }

  /** Calls get through again; what else was arranged still happens. */
  comeUp(): void {
    this.#down = undefined
  }

  /** From now on everything works. */
  mend(): void {
    this.comeUp()
    this.#next.clear()
    this.#takesMs.clear()
  }

  /** What each call of the fake passes through; `act` is the deed itself. */
  async pass<T>(call: Call, signal: AbortSignal, act: () => T): Promise<T> {
    signal.throwIfAborted()
    if (this.#down) throw this.#down()
    const fault = this.#next.get(call)?.shift()
    if (fault?.kind === 'fail') throw fault.error
    if (fault?.kind === 'hang') {
      if (fault.how === 'after-acting') act()
      return await forever(fault.how === 'deaf' ? undefined : signal)
    }
    const takesMs = this.#takesMs.get(call) ?? 0
    if (takesMs > 0) await sleep(this.#clock, takesMs, signal)
    const answer = act()
    if (fault) throw new Transient('the answer was lost', { mayHaveActed: true })
    return answer
  }

  #queue(call: Call, fault: Fault): void {
    this.#next.set(call, [...(this.#next.get(call) ?? []), fault])
  }
}

function forever(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
